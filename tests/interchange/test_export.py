"""Roles in the formats of coding agents, and a coding agent's as roles."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import frontmatter
import pytest

from orgloop.errors import UserError
from orgloop.interchange import exported, write_exported
from orgloop.interchange.formats import FORMATS
from orgloop.org import Lab, load_lab
from orgloop.problems import Problems
from orgloop.role import Role, parse_role

TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python train.py --seed {seed}
editable: [train.py]
---
Make it small, says the task.
"""
CHARTER = """\
---
name: two
---
```mermaid
flowchart LR
    guide --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
AGENT = """\
---
name: guide
description: Use it when asked: "what next?" Examples: <example>user: "next?"</example>
tools: Read, Grep, mcp__server__tool
model: sonnet
permissionMode: plan
---
You are a guide.
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "task.md").write_text(TASK)
    loaded, problems = load_lab(tmp_path)
    assert loaded is not None, list(problems)
    return loaded


def a_role(**changes: object) -> Role:
    role = Role("critic", 'Says "no": often.', tools=frozenset({"Read"}), tool_rules=("Read",))
    return replace(role, **changes)  # type: ignore[arg-type]


def test_every_role_that_works_here_is_exported_with_the_task_filled_in(lab: Lab) -> None:
    for target, form in FORMATS.items():
        files = exported(lab, target)
        assert {Path(name).stem for name in files} == {"critic", "experimenter", "pi", "reviewer"}
        reviewer = files[f"{form.folder}/reviewer{form.suffix}"]
        assert "Make it small, says the task." in reviewer
        assert "`approve` (to bench)" in reviewer
        assert "{{" not in reviewer and "{%" not in reviewer


def test_claude_codes_file_is_a_role_file_again() -> None:
    role = a_role(max_turns=3, effort="high", model="claude-code/opus", color="red")
    written = FORMATS["claude-code"].write(role, "Be strict.\n")
    problems = Problems()
    again = parse_role(written, "roles/critic.md", problems)
    assert again is not None, list(problems)
    assert replace(again, path="", body_line=1) == replace(role, model="opus", body="Be strict.")


def test_opencode_is_told_what_a_role_may_not_do() -> None:
    page = frontmatter.loads(FORMATS["opencode"].write(a_role(model="openai:gpt-9"), "Be strict."))
    assert page["permission"] == {"edit": "deny", "bash": "deny", "webfetch": "deny"}
    assert (page["mode"], page["model"]) == ("subagent", "openai/gpt-9")
    free = frontmatter.loads(FORMATS["opencode"].write(a_role(tools=None), "Be strict."))
    assert set(free["permission"].values()) == {"allow"}


def test_codex_gets_a_sandbox_by_what_a_role_may_change() -> None:
    brief = 'Say """no""" and \\ it.\n'
    said = tomllib.loads(FORMATS["codex"].write(a_role(effort="max", model="codex/own"), brief))
    assert said["developer_instructions"].strip() == brief.strip()
    assert (said["sandbox_mode"], said["model"]) == ("read-only", "own")
    assert said["model_reasoning_effort"] == "xhigh"
    free = tomllib.loads(FORMATS["codex"].write(a_role(tools=None), "Go."))
    assert free["sandbox_mode"] == "workspace-write"


def test_a_file_of_somebody_elses_is_left_alone(lab: Lab, tmp_path: Path) -> None:
    files = exported(lab, "codex")
    write_exported(files, tmp_path)
    write_exported(files, tmp_path)
    own = tmp_path / ".codex" / "agents" / "pi.toml"
    own.write_text("mine")
    with pytest.raises(UserError, match="says something else"):
        write_exported(files, tmp_path)
    assert own.read_text() == "mine"
    write_exported(files, tmp_path, force=True)
    assert own.read_text() != "mine"
    with pytest.raises(UserError, match="no target"):
        exported(lab, "emacs")


def test_a_directory_of_subagents_is_a_directory_of_roles(tmp_path: Path) -> None:
    agents = tmp_path / ".claude" / "agents"
    agents.mkdir(parents=True)
    (agents / "guide.md").write_text(AGENT)
    (tmp_path / "task.md").write_text(TASK)
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "charter.md").write_text(CHARTER)
    (tmp_path / "roles").symlink_to(".claude/agents")
    lab, problems = load_lab(tmp_path)
    assert lab is not None, list(problems)
    guide = lab.org.roles["guide"]
    assert guide.description.endswith('<example>user: "next?"</example>')
    assert (guide.model, guide.extra["permissionMode"]) == ("sonnet", "plan")
    assert guide.reads_only and "mcp__server__tool" in (guide.tools or ())


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_a_bare_description_with_colons_is_put_in_quotes(start: str, end: str) -> None:
    text = start + AGENT.replace("\n", end)
    role = parse_role(text.encode(), "roles/guide.md", Problems())
    assert role is not None and role.description.startswith('Use it when asked: "what next?"')
    for line in ("'It: so.'", '"It: so."', "|\n  It: so.", ">\n  It: so."):
        kept = text.replace(AGENT.split("\n")[2], f"description: {line}".replace("\n", end))
        role = parse_role(kept, "roles/guide.md", Problems())
        assert role is not None and role.description.strip() == "It: so."
    broken = text.replace("tools: Read", "tools: it: so")
    assert parse_role(broken, "roles/guide.md", Problems()) is None
