"""Which engine thinks for a role: from ``model:`` to the object that answers.

In this order: what the command line says, the role, the charter, ``$ORGLOOP_MODEL``, ``embedded``.
The bare aliases that Claude Code's subagent files use mean ``claude-code/<alias>`` where Claude
Code is what runs, else ``inherit``, so that such a file works as a role with any model.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from orgloop.engines.chat.names import is_chat
from orgloop.engines.plugin import entry_point_names, load_entry_point, load_plugin
from orgloop.engines.protocol import Engine
from orgloop.engines.registry import EMBEDDED, MODELS, ModelKind
from orgloop.engines.unavailable import ModelUnavailable
from orgloop.errors import EngineError
from orgloop.problems import Problem, did_you_mean
from orgloop.role import Role
from orgloop.role.models import CODING_AGENTS

__all__ = [
    "ModelUnavailable",
    "Resolution",
    "embedded_engine",
    "engine_for",
    "kind_of",
    "model_problems",
    "plugin_engine",
    "resolve",
]

INHERIT = "inherit"
VARIABLE = "ORGLOOP_MODEL"
_ALIAS = re.compile(r"sonnet|opus|haiku|opusplan|claude-(?!code)[\w.@-]+")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a role's model came to."""

    model: str
    """As it is recorded: ``embedded``, ``python:lab.engines:mine``, ``claude-code/opus``."""
    engine_key: str
    """A key of :data:`~orgloop.engines.registry.MODELS`."""
    source: str
    """Who said so: ``--model``, ``role``, ``charter``, ``$ORGLOOP_MODEL`` or ``default``."""


def resolve(
    role: Role,
    charter_model: str,
    *,
    override: str | None = None,
    env: Mapping[str, str] | None = None,
) -> Resolution:
    """The model that thinks for ``role``.

    ``charter_model`` is empty or ``inherit`` where the charter says nothing; ``env`` stands for
    ``os.environ``. Raises :class:`ModelUnavailable` where the name is none that is known.
    """
    variable = (os.environ if env is None else env).get(VARIABLE, "")
    said = [
        ("--model", override or ""),
        ("role", role.model),
        ("charter", charter_model),
        (f"${VARIABLE}", variable),
    ]
    said = [(who, text.strip()) for who, text in said if text.strip() not in ("", INHERIT)]
    return _first([*said, ("default", "embedded")])


def _first(said: list[tuple[str, str]]) -> Resolution:
    (source, model), *rest = said
    if _ALIAS.fullmatch(model) is None:
        return Resolution(model, kind_of(model), source)
    if source == "--model":
        return Resolution(f"claude-code/{model}", "claude-code", source)
    below = _first(rest)
    if below.engine_key == "claude-code":
        return Resolution(f"claude-code/{model}", "claude-code", source)
    return below


@lru_cache(maxsize=256)
def kind_of(model: str) -> str:
    """The key of :data:`MODELS` for a model that is no alias; raises :class:`ModelUnavailable`."""
    head = model.partition("/")[0]
    if model in ("embedded", "human") or head in CODING_AGENTS:
        return head
    if model.startswith("python:"):
        return "python"
    if is_chat(model):
        return "chat"
    if model in entry_point_names():
        return "python"
    known = ["embedded", "human", "claude-code", "codex", "opencode", "sonnet", "opus", "haiku"]
    raise ModelUnavailable(
        f"`{model}` is no model that Orgloop knows.",
        hint=did_you_mean(model, [*known, *sorted(entry_point_names())])
        + " A chat model is written `provider:model`, several with commas.",
    )


def engine_for(resolution: Resolution, role: Role) -> Engine:
    """The engine; one object for every walk.

    Raises :class:`ModelUnavailable` for a model that this machine lacks something of, and
    :class:`~orgloop.errors.EngineError` where a plug-in cannot be loaded.
    """
    kind = MODELS[resolution.engine_key]
    lacking = _missing(kind, resolution.model, None)
    if lacking is not None:
        raise lacking
    factory = cast("Callable[[Resolution, Role], Engine]", _loaded(kind.factory))
    return factory(resolution, role)


def _loaded(address: str) -> object:
    module, _, name = address.partition(":")
    return getattr(importlib.import_module(module), name)


def _missing(kind: ModelKind, model: str, env: Mapping[str, str] | None) -> ModelUnavailable | None:
    if kind.missing is None:
        return None
    find = cast(
        "Callable[[str, Mapping[str, str] | None], ModelUnavailable | None]",
        _loaded(kind.missing),
    )
    return find(model, env)


def embedded_engine(_: Resolution, role: Role) -> Engine:
    """The engine that stands in for a role without a model: its own, else ``pass``."""
    return _embedded(role.org.embedded or "pass")


def plugin_engine(resolution: Resolution, _: Role) -> Engine:
    """The engine of ``python:module:object``, or of an entry point's name."""
    if resolution.model.startswith("python:"):
        return load_plugin(resolution.model.removeprefix("python:"))
    return load_entry_point(resolution.model)


def model_problems(
    roles: Iterable[Role],
    charter_model: str,
    *,
    override: str | None = None,
    env: Mapping[str, str] | None = None,
) -> list[Problem]:
    """What keeps roles from thinking, one finding a role; for ``check`` and before a run.

    Says nothing of whether a plug-in loads: that would run code.
    """
    found: list[Problem] = []
    for role in roles:
        error = _unavailable(role, charter_model, override, env)
        if error is not None:
            found.append(
                Problem(
                    path=role.path or f"roles/{role.name}.md",
                    key="model",
                    message=error.message,
                    hint=error.hint,
                )
            )
    return found


def _unavailable(
    role: Role, charter_model: str, override: str | None, env: Mapping[str, str] | None
) -> EngineError | None:
    try:
        resolution = resolve(role, charter_model, override=override, env=env)
    except ModelUnavailable as error:
        return error
    kind = MODELS[resolution.engine_key]
    lacking = _missing(kind, resolution.model, env)
    if lacking is not None:
        return lacking
    name = role.org.embedded or "pass"
    if resolution.engine_key == "embedded" and name not in EMBEDDED and ":" not in name:
        return _no_embedded(name) if name not in entry_point_names() else None
    return None


@lru_cache(maxsize=64)
def _embedded(name: str) -> Engine:
    address = EMBEDDED.get(name)
    if address is not None:
        return load_plugin(address)
    if ":" in name:
        return load_plugin(name.removeprefix("python:"))
    if name in entry_point_names():
        return load_entry_point(name)
    raise _no_embedded(name)


def _no_embedded(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"`{name}` is no embedded engine.",
        hint=did_you_mean(name, [*EMBEDDED, *sorted(entry_point_names())]),
    )
