"""Every engine that this installation knows, by name: where it lives and what it needs.

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
    "meta": "orgloop.engines.embedded.amending.meta:Meta",
    "lot": "orgloop.engines.embedded.lot:Lot",
    "statistics": "orgloop.engines.embedded.statistician:Statistician",
    "notebook": "orgloop.engines.embedded.notebook:Notebook",
    "agenda": "orgloop.engines.embedded.agenda:Agenda",
    "pass": "orgloop.engines.embedded.passing:Passing",
    "optuna": "orgloop.engines.embedded.alone:Alone",
}
"""Engine by the name that a role file gives under ``org: {embedded: ...}``."""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A form that ``model:`` can take."""

    form: str
    """As a person writes it."""
    what: str
    """In a sentence: "`codex` is ..."."""
    factory: str
    """``module:function`` of ``(Resolution, Role) -> Engine``."""
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
    "human": ModelKind("human", "a person who answers", "orgloop.engines.human:human_engine"),
    "claude-code": ModelKind(
        "claude-code[/alias]",
        "the Claude Code client",
        "orgloop.engines.agents.engine:agent_engine",
        "orgloop.engines.agents.installed:missing",
    ),
    "codex": ModelKind(
        "codex[/model]",
        "the Codex client",
        "orgloop.engines.agents.engine:agent_engine",
        "orgloop.engines.agents.installed:missing",
    ),
    "opencode": ModelKind(
        "opencode[/provider/model]",
        "the OpenCode client",
        "orgloop.engines.agents.engine:agent_engine",
        "orgloop.engines.agents.installed:missing",
    ),
    "chat": ModelKind(
        "provider:model",
        "a chat model",
        "orgloop.engines.chat.engine:chat_engine",
        "orgloop.engines.chat.available:missing",
    ),
}
"""Kind of model by its key, the one by which :func:`orgloop.engines.resolve.resolve` names it."""
