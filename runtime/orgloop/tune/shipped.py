"""Surfaces that ship: a task's own ``surface.py``, asked in this process.

The file is Orgloop's, frozen in the lab and hidden from roles, and scores the same constants there
when the task is run for real. It is imported from the installation, never from a lab's copy.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from orgloop.engines.tunables import Value
from orgloop.tune.surface import Point, Reading

FILE = "surface.py"
_SECONDS = 60.0
"""What a run takes whose constants make no sense."""

Constants = Mapping[str, Value]


class SurfaceFile(Protocol):
    """What a ``surface.py`` defines; constants go by their names."""

    def loss(self, constants: Constants) -> float:
        """The metric's expectation; raises ArithmeticError where a run diverges."""
        ...

    def measured(self, constants: Constants, seed: int) -> float:
        """The metric of one run."""
        ...

    def seconds(self, constants: Constants) -> float:
        """What a run takes."""
        ...


class ShippedSurface:
    """A ``surface.py`` as the simulated bench asks it."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._file = _loaded(lab / FILE)

    def __reduce__(self) -> tuple[type[ShippedSurface], tuple[Path]]:
        return ShippedSurface, (self._lab,)  # a module cannot be sent to another process

    def measure(self, point: Point, seed: int) -> Reading:
        """One run of the constants at ``point``."""
        constants = _named(point)
        try:
            value = self._file.measured(constants, seed)
            return Reading(value, seconds=self._file.seconds(constants))
        except (ArithmeticError, LookupError, ValueError, TypeError) as error:
            return Reading(None, f"{type(error).__name__}: {error}", _SECONDS)

    def truth(self, point: Point) -> float | None:
        """What the constants give in the mean."""
        try:
            return self._file.loss(_named(point))
        except (ArithmeticError, LookupError, ValueError, TypeError):
            return None


def _named(point: Point) -> dict[str, Value]:
    return {key.rpartition(":")[2]: value for key, value in point.items()}


@cache
def _loaded(path: Path) -> SurfaceFile:
    spec = importlib.util.spec_from_file_location(f"orgloop_task_{path.parent.name}", path)
    assert spec is not None and spec.loader is not None, "a file of the installation"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(SurfaceFile, module)
