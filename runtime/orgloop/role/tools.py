"""The tools that a role file names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orgloop.problems import nearest

KNOWN_TOOLS = (
    *("Read", "Grep", "Glob", "Edit", "Write", "MultiEdit", "NotebookEdit", "Bash", "LS"),
    *("WebFetch", "WebSearch", "Task", "Agent", "TodoWrite", "Skill", "NotebookRead", "BashOutput"),
    *("KillShell", "KillBash", "LSP", "ToolSearch", "AskUserQuestion", "SlashCommand"),
    *("ExitPlanMode", "EnterPlanMode", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate"),
    *("TaskOutput", "TaskStop", "Monitor", "ListMcpResourcesTool", "ReadMcpResourceTool"),
)
_COMMA_OUTSIDE_BRACKETS = re.compile(r",(?![^()]*\))")


def tool_entries(written: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Entries of a comma-separated text or of a list; None where nothing was written."""
    if written is None:
        return None
    parts = _COMMA_OUTSIDE_BRACKETS.split(written) if isinstance(written, str) else written
    return tuple(part.strip() for part in parts if part.strip())


def tool_names(entries: Iterable[str]) -> frozenset[str]:
    """Names without the patterns in brackets: ``Bash(git log:*)`` is ``Bash``."""
    return frozenset(entry.partition("(")[0].strip() for entry in entries)


def misspelt(name: str) -> str | None:
    """The known tool that ``name`` most likely meant, or None where it may be right.

    Tools of MCP servers and of plug-ins have names of their own, so an unknown one is no fault.
    """
    if name in KNOWN_TOOLS or name.startswith("mcp__") or name == "*":
        return None
    return nearest(name, KNOWN_TOOLS)
