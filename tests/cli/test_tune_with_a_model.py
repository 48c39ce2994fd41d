"""`orgloop tune --model`: a mind that writes files amends an organization, and is checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgloop.testing.api import ApiServer, Asked, Reply, ToolCall, role_answer

from .conftest import Orgloop

SAGE = """\
---
name: sage
description: Reads along.
tools: Read
---
Say what you think of {{ experiment.title }}.
"""
EDITS = (
    # A new role and its arrow: an organization that checks.
    (
        ToolCall("write", {"path": "candidate/roles/sage.md", "content": SAGE}),
        ToolCall(
            "edit",
            {"path": "candidate/org/charter.md", "old": "researcher --> bench",
             "new": "researcher --> sage --> bench"},
        ),
    ),
    # What no amendment may do.
    (
        ToolCall(
            "edit",
            {"path": "candidate/org/charter.md", "old": "accept: significant",
             "new": "accept: greedy"},
        ),
    ),
)  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    with ApiServer(amending) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        yield server


def amending(asked: Asked) -> Reply:
    """The first experiment wires a role in, every other tries to loosen the acceptance rule."""
    made = str([call.arguments for one in asked.messages for call in one.tool_calls])
    first = asked.number == 0 or "candidate/roles/sage.md" in made
    calls = EDITS[0] if first else EDITS[1]
    if asked.turn < len(calls):
        return Reply(tool_calls=(calls[asked.turn],))
    note = "A sage reads along." if first else "Accept anything."
    return role_answer(asked, {"title": note, "note": note})


@pytest.mark.slow
def test_a_new_role_is_measured_and_a_looser_rule_is_a_crash_that_says_why(
    orgloop: Orgloop, tmp_path: Path, server: ApiServer
) -> None:
    said = orgloop(
        "tune", "--org", "solo", "--tasks", "bowl", "--budget", "2", "--experiments", "6",
        "--runs", "1", "--jobs", "1", "--model", "openai:mind", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert Path(found["lab"]).is_dir() and found["run"]["tokens"] > 0
    by_title = {one["title"]: one for one in found["attempts"]}
    assert set(by_title) == {"A sage reads along.", "Accept anything."}
    sage = by_title["A sage reads along."]
    assert sage["status"] in ("keep", "discard") and sage["measurements"] >= 1
    assert sage["value"] is not None, "an organization with one more role was run"
    greedy = by_title["Accept anything."]
    assert greedy["status"] == "crash" and greedy["value"] is None
    shown = orgloop("show", greedy["id"], "--lab", found["lab"]).out
    assert "`accept` is for a person to change" in shown
    assert "+accept: greedy" in shown
    briefs = [asked.text for asked in server.asked]
    assert any("What is trained here is an organization" in text for text in briefs)
