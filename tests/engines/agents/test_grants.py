from dataclasses import replace

from orgloop.engines.agents.grants import (
    claude_rules,
    claude_tools,
    codex_sandbox,
    opencode_permission,
)
from orgloop.problems import Problems
from orgloop.role import Role, parse_role
from orgloop.testing.requests import a_role


def role(tools: str | None, disallowed: str = "") -> Role:
    lines = ["---", "name: worker", "description: Works."]
    lines += [f"tools: {tools}"] if tools is not None else []
    lines += [f"disallowedTools: {disallowed}"] if disallowed else []
    made = parse_role("\n".join([*lines, "---", "Work."]), "roles/worker.md", Problems())
    assert made is not None
    return made


def test_claude_code_is_offered_what_the_role_names() -> None:
    assert claude_tools(role("Read, Grep, Edit")) == ("Read", "Grep", "Edit")
    assert claude_rules(role("Read, Grep, Edit")) == ("Read", "Grep", "Edit")


def test_a_role_that_names_none_works_on_files_and_reaches_no_further() -> None:
    assert set(claude_tools(role(None))) == {
        *("Read", "Grep", "Glob", "Edit", "Write", "NotebookEdit", "Bash", "TodoWrite")
    }


def test_what_reaches_further_is_granted_to_whom_names_it() -> None:
    assert claude_tools(role("Read, WebSearch, Agent")) == ("Read", "WebSearch", "Agent")


def test_patterns_are_kept_as_they_were_written() -> None:
    rules = claude_rules(role("Read, Bash(git log:*), Bash(python -c *)"))
    assert rules == ("Read", "Bash(git log:*)", "Bash(python -c *)")
    assert claude_tools(role("Read, Bash(git log:*)")) == ("Read", "Bash")


def test_what_is_disallowed_is_not_offered() -> None:
    assert claude_tools(role("Read, Bash", "Bash")) == ("Read",)
    assert "Bash" not in claude_tools(role(None, "Bash"))
    assert claude_rules(role("Read, Bash(git log:*)", "Bash")) == ("Read",)


def test_the_older_name_for_several_edits_is_the_newer_one() -> None:
    assert claude_tools(role("Read, MultiEdit")) == ("Read", "Edit")


def test_codex_writes_nothing_for_a_role_that_only_reads() -> None:
    assert codex_sandbox(role("Read, Grep")) == "read-only"
    assert codex_sandbox(role("Read, Edit")) == "workspace-write"
    assert codex_sandbox(role("Read, Bash")) == "workspace-write"


def test_opencode_gets_the_patterns_of_commands_as_it_writes_them() -> None:
    told = opencode_permission(role("Bash(git log:*), Bash(ls *)"))
    assert told["bash"] == {"*": "deny", "git log*": "allow", "ls *": "allow"}
    assert opencode_permission(role("Bash, Bash(ls *)"))["bash"] == "allow"


def test_opencode_denies_what_is_not_allowed() -> None:
    reads = opencode_permission(role("Read, Grep"))
    assert reads["*"] == "deny"
    allowed = {name for name, said in reads.items() if said == "allow"}
    assert allowed == {"read", "grep"}
    works = opencode_permission(replace(a_role(), tools=None))
    allowed = {name for name, said in works.items() if said == "allow"}
    assert allowed == {"read", "grep", "glob", "list", "edit", "bash", "todowrite"}
