"""Engines from outside: ``python:module:object``, and the entry points ``orgloop.engines``.

The object is an engine, or something that makes one when called without arguments (a class, a
function). It is made once and shared by every walk.
"""

from __future__ import annotations

import importlib
import inspect
from functools import lru_cache
from importlib.metadata import entry_points
from typing import TypeGuard

from orgloop.engines.protocol import Engine
from orgloop.errors import EngineError

GROUP = "orgloop.engines"
"""The group of entry points that plug-ins declare their engines in."""


@lru_cache(maxsize=128)
def load_plugin(address: str) -> Engine:
    """The engine at ``module:object``.

    Raises :class:`~orgloop.errors.EngineError` where there is none, or where it is no engine.
    """
    module_name, colon, path = address.partition(":")
    if not colon or not module_name or not path:
        raise EngineError(
            f"`{address}` names no object in a module.", hint="Write `python:package.module:name`."
        )
    found = _attribute(_module(module_name, address), path, address)
    return _engine(found, address)


@lru_cache(maxsize=1)
def entry_point_names() -> frozenset[str]:
    """Names of the engines that installed packages declare."""
    return frozenset(point.name for point in entry_points(group=GROUP))


def load_entry_point(name: str) -> Engine:
    """The engine that an installed package declares under ``name``."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            return load_plugin(point.value.partition(" ")[0])
    raise EngineError(
        f"No installed package declares an engine `{name}`.",
        hint=f"Packages declare theirs in the entry point group `{GROUP}`.",
    )


def _module(name: str, address: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise EngineError(
                f"There is no Python module `{name}`, which the engine `{address}` is in.",
                hint="Install it, or put the directory that holds it on PYTHONPATH.",
            ) from error
        raise EngineError(
            f"The engine `{address}` needs the module `{error.name}`, which is not installed.",
            hint="Install it into the environment that Orgloop runs in.",
        ) from error
    except Exception as error:  # a module of the user's own may raise anything
        raise EngineError(
            f"The module of the engine `{address}` raised "
            f"{type(error).__name__} as it was imported: {error}",
            hint=f'`python -c "import {name}"` shows where.',
        ) from error


def _attribute(module: object, path: str, address: str) -> object:
    found = module
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise EngineError(
                f"There is no `{part}` in what the engine `{address}` names.",
                hint="Write `python:package.module:name`, the name as it stands in the module.",
            ) from error
    return found


def _engine(found: object, address: str) -> Engine:
    makes_one = inspect.isclass(found) or (callable(found) and not hasattr(found, "think"))
    if makes_one and callable(found):
        try:
            found = found()
        except Exception as error:  # a factory of the user's own may raise anything
            raise EngineError(
                f"The engine `{address}` could not be made: {type(error).__name__}: {error}",
                hint="It is called without arguments.",
            ) from error
    missing = missing_parts(found)
    if missing:
        raise EngineError(
            f"`{address}` is no engine: it lacks {', '.join(missing)}.",
            hint="An engine has `label` (a text), `reads_brief` (True or False) and "
            "`async def think(self, request)`; see orgloop.engines.protocol.",
        )
    assert _is_engine(found)
    return found


def missing_parts(found: object) -> list[str]:
    """What keeps an object from being an engine; empty where it is one."""
    missing = []
    if not isinstance(getattr(found, "label", None), str):
        missing.append("`label`")
    if not isinstance(getattr(found, "reads_brief", None), bool):
        missing.append("`reads_brief`")
    if not inspect.iscoroutinefunction(getattr(found, "think", None)):
        missing.append("`async def think`")
    return missing


def _is_engine(found: object) -> TypeGuard[Engine]:
    return not missing_parts(found)
