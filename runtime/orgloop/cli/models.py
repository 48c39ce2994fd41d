"""Refuses `--model` before anything begins, once, and not on behalf of every role."""

from __future__ import annotations

from orgloop.engines.registry import MODELS
from orgloop.engines.resolve import engine_for, resolve
from orgloop.role import Role


def require_model(model: str) -> None:
    """Raise :class:`~orgloop.engines.resolve.ModelUnavailable` for one that cannot think here.

    Whether a plug-in loads is left to the run: to find out would be to execute it.
    """
    anyone = Role(name="anyone", description="Whoever it is meant for.")
    resolution = resolve(anyone, "", override=model)
    kind = MODELS[resolution.engine_key]
    if kind.missing is not None:
        engine_for(resolution, anyone)
