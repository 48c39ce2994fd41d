"""The organization of one: its brief as a model is given it, and a run under it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.org import load_lab
from orgloop.org.templates import org_root
from orgloop.testing.api import ApiServer, Asked, Reply, ToolCall

PROGRAM = 'A = 0.0\nprint(f"score: {A}")\n'
TASK = """\
---
name: tiny
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
editable: [program.py]
limits: {wall: 30s, memory: 1GB}
min_delta: 0.5
slots: 1
---
Make the score large.
"""
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    root = tmp_path / "lab"
    root.mkdir()
    (root / "program.py").write_text(PROGRAM)
    (root / "task.md").write_text(TASK)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*GIT, *arguments], cwd=root, check=True)
    return root


def researcher(asked: Asked) -> Reply:
    if asked.turn == 0:
        line = re.search(r"^A = (\S+)$", asked.text, re.MULTILINE)
        assert line is not None, "the program is shown with the brief"
        change = {"path": "program.py", "old": line[0], "new": f"A = {float(line[1]) + 1}"}
        return Reply(tool_calls=(ToolCall("edit", change),))
    if asked.turn == 1:
        return Reply(tool_calls=(ToolCall("run", {"command": "python3 program.py --seed 1"}),))
    said = asked.last.tool_results[0].text
    return Reply(tool_calls=(ToolCall("answer", {"note": f"A + 1.\n\n{said}", "title": "A + 1"}),))


def test_solo_checks_and_is_known_by_its_name(lab: Path) -> None:
    loaded, problems = load_lab(lab, org="solo")
    assert loaded is not None and list(problems) == []
    assert org_root("solo").parts[-3:] == ("examples", "orgs", "solo")
    assert list(loaded.org.employed()) == ["researcher"]


@pytest.mark.slow
def test_one_researcher_edits_tries_and_improves_the_lab(lab: Path) -> None:
    with ApiServer(researcher) as server:
        env = {
            **os.environ,
            "OPENAI_API_KEY": "a-key",
            "OPENAI_BASE_URL": f"{server.url}/v1",
        }
        program = "from orgloop.cli import main; main()"
        options = ["--org", "solo", "--model", "openai:local", "--experiments", "1", "--json"]
        command = [sys.executable, "-c", program, "run", str(lab), *options]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["kept"], summary["best"]) == (1, 1.0)
    brief = server.asked[0].last.text
    assert "You have one goal: the best\n`score` there is, to maximize." in brief
    assert "**You may** change `program.py`:" in brief
    assert "This experiment so far" not in brief
    page = (lab / ".orgloop/cases/r1/e0001.md").read_text()
    assert "score: 1.0" in page, "what was tried at the desk"
