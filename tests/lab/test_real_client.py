"""A whole run with the real Claude Code, against a server that plays its model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.engines.protocol import Usage
from orgloop.testing.api import ApiServer, Asked, Reply, ToolCall

from .conftest import TinyLab

pytestmark = pytest.mark.slow
CHARTER = """\
---
name: pair
model: claude-code
accept: greedy
budget: {experiments: 2}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> reviewer
    reviewer -- approve --> bench
    reviewer -- reject --> discard
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
REVIEWER = """\
---
name: reviewer
description: Judges the change.
tools: Read, Grep
---
Judge this change:

{{ experiment.diff }}
"""


def test_an_organization_of_claude_code_improves_a_lab_and_is_held_to_its_files(
    tiny: Callable[..., TinyLab], npm_clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first experiment is a real gain; the second reaches for a frozen file."""
    experiment = 0

    def script(asked: Asked) -> Reply:
        nonlocal experiment
        usage = Usage(input_tokens=1000, cached_tokens=900, output_tokens=10)
        if not asked.tools:
            return Reply("A title", usage=usage)
        if not asked.has_tool("Edit"):
            assert "+A = 4.0" in asked.text
            said = {"note": "It is sound.", "title": "", "decision": "approve"}
            return Reply(tool_calls=(ToolCall("StructuredOutput", said),), usage=usage)
        if asked.turn == 0:
            experiment += 1
            path = "program.py" if experiment == 1 else "task.md"
            return Reply(tool_calls=(ToolCall("Read", {"file_path": path}),), usage=usage)
        if asked.turn == 1:
            edit = {"file_path": "program.py", "old_string": "A = 0.0", "new_string": "A = 4.0"}
            if experiment == 2:
                edit = {"file_path": "task.md", "old_string": "maximize", "new_string": "minimize"}
            return Reply(tool_calls=(ToolCall("Edit", edit),), usage=usage)
        said = {"note": "A went up.", "title": "A 0 -> 4"}
        return Reply(tool_calls=(ToolCall("StructuredOutput", said),), usage=usage)

    with ApiServer(script) as server:
        monkeypatch.setenv("PATH", f"{npm_clients}:{os.environ['PATH']}")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-own")
        lab = tiny(charter=CHARTER, reviewer=REVIEWER)
        summary = lab.run()
    assert (summary.kept, summary.discarded, summary.best) == (1, 1, 4.0)
    kept, refused = lab.experiments()
    assert (kept.title, kept.status) == ("A 0 -> 4", "keep")
    assert "`task.md` is not one of the editable files" in refused.reason
    worker, reviewer = [step for step in lab.steps("e0001") if step.node in ("worker", "reviewer")]
    assert (worker.note, reviewer.decision) == ("A went up.", "approve")
    assert (worker.input_tokens, worker.cached_tokens, worker.output_tokens) == (3000, 2700, 30)
    assert worker.cost_usd > 0
    assert "maximize" in (lab.root / "task.md").read_text()
