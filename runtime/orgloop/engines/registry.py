"""Every engine that this installation knows, by name: where it lives and whether it is here yet.

A new embedded engine is one line of :data:`EMBEDDED`; a new kind of model one line of
:data:`MODELS`. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EMBEDDED: Mapping[str, str] = {
    "scout": "orgloop.engines.embedded.scout:Scout",
    "tpe": "orgloop.engines.embedded.tpe:Tpe",
    "rules": "orgloop.engines.embedded.rules:Rules",
    "referee": "orgloop.engines.embedded.verdict:RefereeReader",
    "pass": "orgloop.engines.embedded.passing:Passing",
}
"""Engine by the name that a role file gives under ``org: {embedded: ...}``."""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A form that ``model:`` can take."""

    form: str
    """As a person writes it."""
    what: str
    """In a sentence: "`codex` is ..."."""
    factory: str | None
    """``module:function`` of ``(Resolution, Role) -> Engine``; None where it is not built yet."""
    missing: str | None = None
    """``module:function`` of ``(model, environment) -> ModelUnavailable | None``: what this machine
    lacks of what the factory needs, found out in milliseconds."""


MODELS: Mapping[str, ModelKind] = {
    "embedded": ModelKind(
        "embedded",
        "the engines that ship with Orgloop",
        "orgloop.engines.resolve:embedded_engine",
    ),
    "python": ModelKind(
        "python:module:object",
        "an engine of your own",
        "orgloop.engines.resolve:plugin_engine",
    ),
    "human": ModelKind("human", "a person who answers", None),
    "claude-code": ModelKind("claude-code[/alias]", "the Claude Code client", None),
    "codex": ModelKind("codex", "the Codex client", None),
    "opencode": ModelKind("opencode", "the OpenCode client", None),
    "chat": ModelKind(
        "provider:model",
        "a chat model",
        "orgloop.engines.chat.engine:chat_engine",
        "orgloop.engines.chat.available:missing",
    ),
}
"""Kind of model by its key, the one by which :func:`orgloop.engines.resolve.resolve` names it."""
