"""A tunable as a coordinate counted in steps: what one cautious change of it would be.

A step is a factor of two where a range is spaced by ratio, one entry of a grid, a sixth of an even
range, and no less than one where only whole numbers count. Choices and switches have no order:
their coordinate is an index. With all axes in the same unit, one length scale and one radius of
trust serve them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

from orgloop.engines.embedded.priors import custom_of
from orgloop.engines.embedded.tidy import tidy_float, tidy_int, tidy_near_one
from orgloop.engines.protocol import Json
from orgloop.engines.tunables.model import Tunable

Value = bool | int | float | str

_STEPS_ON_A_LINE = 6.0
_FEWEST_STEPS = 4.0
_MOST_PLACES = 4096


@dataclass(frozen=True, slots=True)
class Axis:
    """One tunable and its scale of steps."""

    tunable: Tunable
    steps: float
    """How many steps its whole range is; 0 where it has no order."""
    relevance: float
    """How large its effects usually are against those of others; only a prior."""
    usual: float
    """Steps that a first change of it takes."""
    places: dict[tuple[type, Value], float | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Coordinates already worked out: the same few values come up in every question."""

    @property
    def key(self) -> str:
        """The tunable's key."""
        return self.tunable.key

    @property
    def name(self) -> str:
        """The tunable's name, for people."""
        return self.tunable.name

    @property
    def ordered(self) -> bool:
        """Whether more and less mean something here."""
        return self.steps > 0

    @property
    def here(self) -> float:
        """The coordinate of the present value."""
        place = self.place(self.tunable.value)
        return 0.0 if place is None else place

    def place(self, value: Json) -> float | None:
        """The coordinate of ``value``; None where it is none of this tunable's."""
        if not isinstance(value, (bool, int, float, str)):
            return None
        known = type(value), value
        if known in self.places:
            return self.places.get(known)
        if len(self.places) >= _MOST_PLACES:
            self.places.clear()
        place = self.places[known] = self._placed(value)
        return place

    def _placed(self, value: Value) -> float | None:
        choices = self.tunable.choices
        if not self.ordered and choices is not None:
            found = (float(at) for at, choice in enumerate(choices) if same(choice, value))
            return next(found, None)
        if isinstance(value, (bool, str)) or not math.isfinite(value):
            return None
        return self.tunable.to_unit(value) * self.steps

    def value_at(self, place: float) -> Value:
        """The tidy, admissible value nearest to a coordinate."""
        choices = self.tunable.choices
        if not self.ordered and choices is not None:
            return choices[max(0, min(len(choices) - 1, round(place)))]
        return self._tidy(self.tunable.from_unit(place / self.steps))

    def stepped(self, steps: float) -> Value:
        """The value that far from the present one: another one, if there is one that way."""
        tunable = self.tunable
        moved = self.value_at(self.here + steps)
        if not same(moved, tunable.value) or not self.ordered:
            return moved
        if tunable.grid is not None:
            return self.value_at(self.here + math.copysign(self.steps / len(tunable.grid), steps))
        nudge = tunable.step or (1.0 if tunable.kind == "int" else 0.0)
        if nudge and isinstance(tunable.value, (int, float)):
            return tunable.clip(tunable.value + math.copysign(nudge, steps))
        return moved

    def _tidy(self, value: Value) -> Value:
        tunable = self.tunable
        if tunable.grid is not None or tunable.step is not None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, float):
            tidy = tidy_near_one if tunable.scale == "one_minus" else tidy_float
            return tunable.clip(tidy(value))
        return tunable.clip(tidy_int(value, int(tunable.value)))


@lru_cache(maxsize=1024)
def axis_of(tunable: Tunable) -> Axis | None:
    """The axis of a tunable; None where it leaves nothing to choose."""
    if tunable.single:
        return None
    custom = custom_of(tunable.name)
    steps = 0.0 if tunable.choices is not None else _steps(tunable)
    return Axis(tunable, steps, custom.matters, custom.step)


def _steps(tunable: Tunable) -> float:
    if tunable.grid is not None:
        return float(len(tunable.grid))
    low, high = tunable.low, tunable.high
    assert low is not None and high is not None
    if tunable.scale == "log":
        return max(_FEWEST_STEPS, math.log2(high / low))
    if tunable.scale == "one_minus" and high < 1:
        return max(_FEWEST_STEPS, math.log2((1 - low) / (1 - high)))
    return min(_STEPS_ON_A_LINE, high - low) if tunable.kind == "int" else _STEPS_ON_A_LINE


def same(one: Json, other: Json) -> bool:
    """Whether two values are one setting: 1 and True are not, 1 and 1.0 are (JSON blurs them)."""
    if type(one) is type(other) and one == other:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9)
    return one == other


def written(value: Json) -> str:
    """A value as it stands in a title: ``2e-3``, ``96``, ``gelu``."""
    if isinstance(value, float):
        text = f"{value:.4g}"
        return text.replace("e-0", "e-").replace("e+0", "e")
    return str(value)
