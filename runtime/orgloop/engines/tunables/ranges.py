"""The range of a knob: as stated, and where nothing is stated, as practitioners choose it.

====================  =====================================================================
learning rate         a tenth to ten times, by ratio
weight decay, eps     the same; eps a hundredth to a hundred times
betas, momentum, EMA  by the ratio of 1 - x, a tenth to ten times that, at least 0.5
dropout               0 to 0.5, or to half as much again as a larger value
probability           0 to 1
fraction, ratio       0 to 1, or to four times a value below a quarter
depth                 half to double, every integer
widths, batch sizes   powers of two from a quarter to four times; multiples of 8, 16, 32, 64
                      stay multiples, from a quarter to four times
heads                 halved and doubled
other numbers         a quarter to four times (a tenth to ten below 0.1), by ratio; what is
                      below one stays there unless it is called a scale, a gain, a norm
====================  =====================================================================

A zero says nothing about scale, so only names that have one (dropout, decay, fractions) are tuned
from it; -1 is a sentinel. A stated low or high replaces that end alone.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from orgloop.engines.tunables.candidate import Candidate, Given, Scale, Value
from orgloop.engines.tunables.model import Kind
from orgloop.engines.tunables.names import Family, family
from orgloop.engines.tunables.writing import rounded


@dataclass(frozen=True, slots=True)
class Range:
    """The admissible values of one knob; the fields mean what they do on a ``Tunable``."""

    kind: Kind
    how: str
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    step: float | None = None
    grid: tuple[float, ...] | None = None
    choices: tuple[Value, ...] | None = None


def range_of(candidate: Candidate, given: Given | None) -> Range | str:
    """The range, or in a sentence's tail why there is none."""
    value = candidate.value
    if given is not None and given.choices is not None:
        return _choices(candidate, given, given.choices)
    if isinstance(value, bool):
        return Range("bool", "a switch", choices=(False, True))
    if isinstance(value, str):
        return "its choices are not known"
    kind: Kind = "float" if candidate.wants_float or isinstance(value, float) else "int"
    guess = _inferred(value, kind, family(candidate.name))
    if given is None or (given.low is None and given.high is None):
        return guess
    return _stated(value, kind, guess, given, family(candidate.name))


def _choices(candidate: Candidate, given: Given, choices: tuple[Value, ...]) -> Range | str:
    value = candidate.value
    if not isinstance(value, (bool, str)):
        choices = tuple(map(_numeric, choices))
    if candidate.wants_float or isinstance(value, float):
        choices = tuple(float(c) if type(c) is int else c for c in choices)
        value = float(value) if type(value) is int else value
    kinds = {type(choice) for choice in choices}
    if isinstance(value, str) and kinds != {str}:
        choices = tuple(str(choice) for choice in choices)
    elif kinds != {type(value)}:
        return f"{given.how} names values of another type"
    if value not in choices:
        choices = (value, *choices)
    if len(choices) < 2:
        return "there is one choice"
    return Range("choice", f"given by {given.how}", choices=choices)


def _numeric(choice: Value) -> Value:
    if isinstance(choice, str):  # YAML reads `1e-5` as text
        with contextlib.suppress(ValueError):
            return float(choice)
    return choice


def _stated(
    value: float, kind: Kind, guess: Range | str, given: Given, knob: Family
) -> Range | str:
    if isinstance(guess, str):
        if given.low is None or given.high is None:
            return guess
        guess = Range(kind, "", given.low, given.high)
    assert guess.low is not None and guess.high is not None
    low = guess.low if given.low is None else given.low
    high = guess.high if given.high is None else given.high
    if given.low is None:
        low = min(low, high)
    if given.high is None:
        high = max(low, high)
    scale = given.scale or guess.scale
    if scale == "log" and low <= 0:
        scale = "linear"
    if scale == "one_minus" and high >= 1:
        scale = "linear"
    grid: tuple[float, ...] | None = None
    step = given.step
    if kind == "int":
        low, high = int(-(-low // 1)), int(high // 1)
        if low > high:
            return "no whole number lies in its range"
        step = None if step is None else max(1, round(step))
        doubling = knob != "depth" and value >= 8 and high >= 4 * low
        if step is None and given.scale is None and doubling:
            grid = _powers(low, high) if all(map(_is_power, (value, low, high))) else None
    elif step is None:
        low, high = float(low), float(high)
    how = f"given by {given.how}"
    if grid is not None:
        return Range(kind, f"{how}, in powers of two", grid[0], grid[-1], "log", grid=grid)
    return Range(kind, how, low, high, scale, step)


def _inferred(value: float, kind: Kind, knob: Family) -> Range | str:
    if kind == "float":
        return _float(float(value), knob)
    return _int(int(value), knob)


def _float(value: float, knob: Family) -> Range | str:
    if 0 <= value < 1:
        if knob == "dropout":
            return _floats("a dropout", 0.0, min(0.95, max(0.5, rounded(1.5 * value))))
        if knob == "probability":
            return _floats("a probability", 0.0, 1.0)
        if knob == "fraction":
            high = 1.0 if value >= 0.25 else max(0.25, rounded(4 * value))
            return _floats("a fraction", 0.0, high)
        if knob in ("momentum", "decay") and value >= 0.5:
            least = rounded((1 - value) / 10, 2)
            high = rounded(1 - least, 10)
            low = max(0.5, rounded(1 - 10 * (1 - value), 10))
            return _floats("a decay rate below one", low, high, "one_minus")
        if knob == "momentum":
            return _floats("a momentum", 0.0, 0.99)
        if value == 0 and knob == "decay":
            return _floats("a decay", 0.0, 0.1)
    if value == 0:
        return "a zero says nothing about its scale"
    if value < 0:
        return _floats("a quarter to four times", rounded(4 * value), rounded(value / 4))
    if knob == "learning rate":
        return _floats("a learning rate, a tenth to ten times", *_around(value, 10), "log")
    if knob == "epsilon":
        return _floats("an epsilon, a hundredth to a hundred times", *_around(value, 100), "log")
    if knob == "decay" and value < 1:
        low, high = _around(value, 10)
        return _floats("a decay, a tenth to ten times", low, min(1.0, high), "log")
    if value < 0.1:
        return _floats("a tenth to ten times", *_around(value, 10), "log")
    low, high = _around(value, 4)
    if value < 1 and knob != "scale":
        return _floats("a quarter of it to one", low, 1.0, "log")
    return _floats("a quarter to four times", low, high, "log")


def _around(value: float, factor: float) -> tuple[float, float]:
    return rounded(value / factor), rounded(value * factor)


def _floats(why: str, low: float, high: float, scale: Scale = "linear") -> Range:
    return Range("float", f"inferred: {why}", low, high, scale)


def _int(value: int, knob: Family) -> Range | str:
    if value == 0:
        return "a zero says nothing about its scale"
    if value < 0:
        return "a negative integer is most often a sentinel"
    if knob == "depth":
        return Range("int", "inferred: a depth", max(1, value // 2), max(value + 2, 2 * value))
    if knob == "heads":
        halves = [value]
        while halves[0] % 2 == 0 and len(halves) < 3:
            halves.insert(0, halves[0] // 2)
        doublings: tuple[float, ...] = (*halves, value * 2, value * 4)
        how = "inferred: halved and doubled"
        return Range("int", how, doublings[0], doublings[-1], "log", grid=doublings)
    if _is_power(value) and (value >= 8 or (knob == "width" and value >= 2)):
        grid = _powers(max(1, value // 4), value * 4)
        return Range("int", "inferred: powers of two", grid[0], grid[-1], "log", grid=grid)
    for step in (64, 32, 16, 8):
        if value % step == 0:
            low = max(step, round(value / 4 / step) * step)
            how = f"inferred: multiples of {step}"
            return Range("int", how, low, value * 4, "log", step)
    low, high = max(1, value // 4), max(value + 2, value * 4)
    scale: Scale = "log" if high >= 8 * low and value > 8 else "linear"
    return Range("int", "inferred: a quarter to four times", low, high, scale)


def _is_power(value: float) -> bool:
    return value >= 1 and value == int(value) and int(value) & (int(value) - 1) == 0


def _powers(low: int, high: int) -> tuple[float, ...]:
    return tuple(2**k for k in range(64) if low <= 2**k <= high)
