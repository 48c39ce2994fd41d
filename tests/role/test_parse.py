from __future__ import annotations

import pytest

from orgloop.problems import Problem, Problems
from orgloop.role import Every, Role, parse_role
from orgloop.role.models import model_fault

HEAD = "---\nname: pi\ndescription: Chooses.\n"


def read(keys: str, body: str = "Do it.") -> tuple[Role | None, list[Problem]]:
    problems = Problems()
    return parse_role(f"{HEAD}{keys}---\n\n{body}\n", "roles/pi.md", problems), list(problems)


def parsed(keys: str) -> Role:
    role, problems = read(keys)
    assert role is not None
    assert problems == []
    return role


def test_a_claude_code_subagent_works_as_a_role() -> None:
    role = parsed(
        "tools: Read, Grep, Bash(git log:*, git diff:*)\nmodel: sonnet\npermissionMode: plan\n"
        "skills: [a, b]\nmcpServers: {x: {command: y}}\nhooks: {Stop: []}\nmemory: project\n"
        "background: true\nisolation: worktree\ncolor: blue\neffort: high\nmaxTurns: 7\n"
        "initialPrompt: hello\n"
    )

    assert role.tools == {"Read", "Grep", "Bash"}
    assert (role.model, role.max_turns, role.effort, role.color) == ("sonnet", 7, "high", "blue")
    assert role.extra["mcpServers"] == {"x": {"command": "y"}}
    assert role.may_run
    assert not role.may_edit


def test_unknown_keys_at_the_top_are_kept() -> None:
    assert parsed("zebra: {stripes: 3}\n").extra == {"zebra": {"stripes": 3}}


def test_tools_left_out_are_all_tools_and_an_empty_list_is_none() -> None:
    everything, nothing = parsed(""), parsed("tools: []\n")

    assert everything.tools is None
    assert everything.may_edit
    assert everything.may_run
    assert nothing.reads_only
    assert not nothing.may_read


def test_what_is_disallowed_is_taken_away() -> None:
    role = parsed("disallowedTools: Edit, Write, MultiEdit, NotebookEdit, Bash\n")

    assert role.reads_only
    assert role.may_read


@pytest.mark.parametrize(
    ("written", "cadence"),
    [
        ("10 experiments", Every(10, "experiments")),
        ("1 experiment", Every(1, "experiments")),
        ("5", Every(5, "experiments")),
        ("30min", Every(1800.0, "seconds")),
        ("2h", Every(7200.0, "seconds")),
    ],
)
def test_a_cadence_counts_experiments_or_time(written: str, cadence: Every) -> None:
    every = parsed(f"org: {{every: {written}}}\n").org.every

    assert every == cadence
    assert every is not None
    assert (every.experiments is None) != (every.seconds is None)


def test_a_panel_that_reads_has_seats_and_a_rule() -> None:
    org = parsed("tools: Read\norg: {seats: 3, rule: unanimous}\n").org

    assert (org.seats, org.rule) == (3, "unanimous")


def test_a_plug_in_may_stand_in_for_the_model() -> None:
    assert parsed("org: {embedded: my.module:Engine}\n").org.embedded == "my.module:Engine"


def test_a_nearly_right_tool_is_a_warning_and_a_server_s_tool_is_not() -> None:
    _, problems = read("tools: [Read, Gerp, mcp__github__search]\n")

    (problem,) = problems
    assert (problem.severity, problem.line) == ("warning", 4)
    assert "`Grep`" in problem.hint


@pytest.mark.parametrize(
    "model",
    [
        "inherit",
        "embedded",
        "human",
        "sonnet",
        "claude-code",
        "claude-code/opus",
        "codex",
        "opencode",
        "anthropic:claude-sonnet-4-5",
        "python:pkg.mod:engine",
        "claude-opus-4-1",
        "ollama:qwen3:8b",
    ],
)
def test_every_way_to_write_a_model_is_taken(model: str) -> None:
    assert model_fault(model) is None


@pytest.mark.parametrize(
    "model", ["embeded", "gpt-5", "python:mod", "openai:", ":x", "claude-code/"]
)
def test_what_is_no_model_is_told(model: str) -> None:
    assert model_fault(model) is not None


def test_the_body_begins_where_the_role_says_it_does() -> None:
    role = parsed("")

    assert (role.body, role.body_line) == ("Do it.", 6)
