"""The search space of a task at one commit: every knob, its range, and what was passed over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from orgloop.engines.tunables import scale as scales
from orgloop.engines.tunables.candidate import Language, Scale, Value
from orgloop.problems import Problem

Kind = Literal["float", "int", "bool", "choice"]


@dataclass(frozen=True, slots=True)
class Tunable:
    """One literal that an optimiser may change, and the values it may take."""

    key: str
    """``train.py:LR``, ``train.py:config.model.depth``, ``train.py:--lr``."""
    path: str
    name: str
    kind: Kind
    value: Value
    """What the file holds now; it may lie outside the range."""
    line: int
    start: int
    """First byte of the literal in the file."""
    end: int
    text: str
    """The literal as it is written."""
    language: Language
    low: float | None = None
    """Smallest value, for numbers."""
    high: float | None = None
    scale: Scale = "linear"
    step: float | None = None
    """Distance of admissible values from ``low``, for numbers that have one."""
    grid: tuple[float, ...] | None = None
    """The admissible numbers in order, where they are not evenly apart: powers of two."""
    choices: tuple[Value, ...] | None = None
    """The admissible values of a ``choice`` or a ``bool``."""
    how: str = ""
    """Where the range comes from, for a person."""

    @property
    def log(self) -> bool:
        """Whether the range is spaced by ratio."""
        return self.scale == "log"

    @property
    def single(self) -> bool:
        """Whether only one value is admissible, so that there is nothing to choose."""
        options = self.choices if self.choices is not None else self.grid
        return len(options) < 2 if options is not None else self.low == self.high

    def to_unit(self, value: Value) -> float:
        """Where ``value`` lies on [0, 1]; what is not admissible counts as the nearest that is."""
        if self.choices is not None:
            found = [scales.same(value, choice) for choice in self.choices]
            index = found.index(True) if True in found else 0
            return scales.index_to_unit(index, len(self.choices))
        number = self._number(value)
        if self.grid is not None:
            index = scales.nearest_index(number, self.grid, self.scale)
            return scales.index_to_unit(index, len(self.grid))
        assert self.low is not None and self.high is not None
        return scales.number_to_unit(number, self.low, self.high, self.scale)

    def from_unit(self, u: float) -> Value:
        """The admissible value at ``u``, which is taken into [0, 1]."""
        if math.isnan(u):
            raise ValueError("not a position on the unit interval")
        u = min(1.0, max(0.0, u))
        if self.choices is not None:
            return self.choices[scales.index_from_unit(u, len(self.choices))]
        if self.grid is not None:
            return self._typed(self.grid[scales.index_from_unit(u, len(self.grid))])
        assert self.low is not None and self.high is not None
        return self.clip(scales.number_from_unit(u, self.low, self.high, self.scale))

    def clip(self, value: Value) -> Value:
        """The admissible value nearest to ``value``; for choices the first, where it is none."""
        if self.choices is not None:
            found = [choice for choice in self.choices if scales.same(choice, value)]
            return found[0] if found else self.choices[0]
        number = self._number(value)
        if self.grid is not None:
            return self._typed(self.grid[scales.nearest_index(number, self.grid, self.scale)])
        assert self.low is not None and self.high is not None
        if self.step is not None:
            return self._typed(scales.on_step(number, self.low, self.high, self.step))
        return self._typed(min(self.high, max(self.low, number)))

    def admits(self, value: Value) -> bool:
        """Whether ``value`` is of this knob's type and inside its range."""
        return scales.same(value, self.clip(value)) if self.typed(value) is not None else False

    def typed(self, value: Value) -> Value | None:
        """``value`` as this knob's type, or None where it is of another."""
        if self.choices is not None:
            return next((choice for choice in self.choices if scales.same(choice, value)), None)
        if isinstance(value, (bool, str)) or not math.isfinite(value):
            return None
        if self.kind == "int" and value != int(value):
            return None
        return self._typed(value)

    def _typed(self, number: float) -> Value:
        return round(number) if self.kind == "int" else float(number)

    def _number(self, value: Value) -> float:
        if isinstance(value, str) or not math.isfinite(value):
            raise ValueError(f"`{self.key}` is a number, not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Note:
    """Why something is not tuned, or is tuned otherwise than a person may have meant."""

    path: str
    line: int | None
    name: str | None
    text: str
    hint: str = ""
    wants_mending: bool = False
    """True where a person wrote something that had no effect; false for plain information."""


@dataclass(frozen=True, slots=True)
class Space:
    """What may be tuned, ordered by file and line."""

    tunables: tuple[Tunable, ...]
    notes: tuple[Note, ...]
    blobs: Mapping[str, str]
    """Git blob id by path, of every file that was read."""

    def __iter__(self) -> Iterator[Tunable]:
        return iter(self.tunables)

    def __len__(self) -> int:
        return len(self.tunables)

    @property
    def values(self) -> dict[str, Value]:
        """Every knob's present value by key."""
        return {tunable.key: tunable.value for tunable in self.tunables}

    def get(self, key: str) -> Tunable | None:
        """The knob of that key, or None."""
        return next((tunable for tunable in self.tunables if tunable.key == key), None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The notes that a person should act on, as warnings for ``orgloop check``."""
        return tuple(
            Problem(
                path=note.path,
                line=note.line,
                key=note.name,
                message=note.text,
                hint=note.hint,
                severity="warning",
            )
            for note in self.notes
            if note.wants_mending
        )
