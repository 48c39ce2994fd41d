"""How each coding agent writes an agent down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tomlkit

from orgloop.markdown.quoting import quoted
from orgloop.role import Role

_CLAUDE_ALIASES = frozenset({"sonnet", "opus", "haiku", "fable", "inherit"})
_CODEX_EFFORT = {"low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "xhigh"}


@dataclass(frozen=True, slots=True)
class Format:
    """One coding agent's way."""

    folder: str
    suffix: str
    write: Callable[[Role, str], str]
    """A role and its brief to the text of a file."""


def claude_code(role: Role, brief: str) -> str:
    """``.claude/agents/NAME.md``: our own keys, without ``org``."""
    keys: dict[str, str] = {"name": role.name, "description": quoted(role.description, alone=True)}
    if role.tools is not None:
        keys["tools"] = quoted(", ".join(role.tool_rules), alone=True)
    if role.disallowed:
        keys["disallowedTools"] = quoted(", ".join(sorted(role.disallowed)), alone=True)
    agent, _, alias = role.model.partition("/")
    model = alias if agent == "claude-code" else role.model
    if model in _CLAUDE_ALIASES or model.startswith("claude-"):
        keys["model"] = model if model != "claude-code" else "inherit"
    if role.max_turns is not None:
        keys["maxTurns"] = str(role.max_turns)
    if role.effort is not None:
        keys["effort"] = role.effort
    if role.color is not None:
        keys["color"] = quoted(role.color, alone=True)
    return _page(keys, brief)


def opencode(role: Role, brief: str) -> str:
    """``.opencode/agent/NAME.md``: what a role may not do is denied by kind."""
    keys: dict[str, str] = {
        "description": quoted(role.description, alone=True),
        "mode": "subagent",
    }
    agent, _, rest = role.model.partition("/")
    provider, colon, name = role.model.partition(":")
    if agent == "opencode" and rest:
        keys["model"] = quoted(rest, alone=True)
    elif colon and provider != "python":
        keys["model"] = quoted(f"{provider}/{name}", alone=True)
    if role.max_turns is not None:
        keys["steps"] = str(role.max_turns)
    allowed = {"edit": role.may_edit, "bash": role.may_run, "webfetch": role.may_use("WebFetch")}
    permissions = (f"  {kind}: {'allow' if may else 'deny'}" for kind, may in allowed.items())
    return _page({**keys, "permission": "\n" + "\n".join(permissions)}, brief)


def codex(role: Role, brief: str) -> str:
    """``.codex/agents/NAME.toml``: a role that only reads gets a read-only sandbox."""
    page = tomlkit.document()
    page["name"] = role.name
    page["description"] = role.description
    agent, _, name = role.model.partition("/")
    if agent == "codex" and name:
        page["model"] = name
    if role.effort is not None:
        page["model_reasoning_effort"] = _CODEX_EFFORT[role.effort]
    page["sandbox_mode"] = "workspace-write" if role.may_edit else "read-only"
    page["developer_instructions"] = tomlkit.string(brief, multiline=True)
    return tomlkit.dumps(page)


def _page(keys: dict[str, str], brief: str) -> str:
    lines = [f"{key}: {value}".replace(": \n", ":\n") for key, value in keys.items()]
    return "\n".join(["---", *lines, "---", "", brief])


FORMATS = {
    "claude-code": Format(".claude/agents", ".md", claude_code),
    "opencode": Format(".opencode/agent", ".md", opencode),
    "codex": Format(".codex/agents", ".toml", codex),
}
