"""From a role's tools to what a client lets its model do.

The runtime holds a role to its tools whatever the client does: these settings keep a model from
trying in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from orgloop.engines.protocol import Json
from orgloop.role import Role

_USUAL = ("Read", "Grep", "Glob", "Edit", "Write", "NotebookEdit", "Bash", "TodoWrite")
_ON_REQUEST = ("WebFetch", "WebSearch", "Agent", "Task")
"""What reaches further or costs more: granted to a role that names it, and to no other."""
CodexSandbox = Literal["read-only", "workspace-write"]


def claude_tools(role: Role) -> tuple[str, ...]:
    """The tools that Claude Code offers to its model."""
    granted = [name for name in _USUAL if role.may_use(name)]
    granted += [name for name in _ON_REQUEST if _named(role, name)]
    if role.may_use("MultiEdit") and "Edit" not in granted:
        granted.append("Edit")  # newer versions know the one only
    return tuple(granted)


def claude_rules(role: Role) -> tuple[str, ...]:
    """What Claude Code allows without asking: patterns in brackets are kept as written."""
    tools = claude_tools(role)
    written = [rule for rule in role.tool_rules if rule.partition("(")[0].strip() in tools]
    told = {rule.partition("(")[0].strip() for rule in written}
    return (*written, *(name for name in tools if name not in told))


def codex_sandbox(role: Role) -> CodexSandbox:
    """How Codex confines the commands by which its model reads, edits and runs."""
    return "read-only" if role.reads_only else "workspace-write"


def opencode_permission(role: Role) -> Mapping[str, Json]:
    """OpenCode's ``permission``: what is not allowed is denied, since nobody is there to ask."""
    may: Mapping[str, bool] = {
        "read": role.may_use("Read"),
        "grep": role.may_use("Grep"),
        "glob": role.may_use("Glob"),
        "list": role.may_use("Glob") or role.may_use("LS"),
        "edit": role.may_edit,
        "bash": role.may_run,
        "todowrite": role.may_use("TodoWrite"),
        "webfetch": _named(role, "WebFetch"),
        "websearch": _named(role, "WebSearch"),
        "task": _named(role, "Task") or _named(role, "Agent"),
    }
    said: dict[str, Json] = {"*": "deny"}
    said |= {name: "allow" if given else "deny" for name, given in may.items()}
    patterns = _patterns(role, "Bash")
    if may["bash"] and patterns:
        # The last one that fits counts.
        said["bash"] = {"*": "deny"} | dict.fromkeys(patterns, "allow")
    return said


def _patterns(role: Role, tool: str) -> tuple[str, ...]:
    """What a tool is granted for; empty where it is granted for everything."""
    rules = [rule for rule in role.tool_rules if rule.partition("(")[0].strip() == tool]
    if any("(" not in rule for rule in rules):
        return ()
    inner = (rule.partition("(")[2].rstrip(") ") for rule in rules)
    return tuple(f"{rule[:-2]}*" if rule.endswith(":*") else rule for rule in inner)


def _named(role: Role, tool: str) -> bool:
    return role.tools is not None and role.may_use(tool)
