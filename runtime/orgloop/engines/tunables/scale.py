"""A knob's admissible values laid on the unit interval, and back.

``log`` spaces by ratio, ``one_minus`` by the ratio of one minus the value (so 0.9, 0.99 and 0.999
are evenly apart, as betas and momenta are chosen), ``linear`` evenly; a ``grid`` and choices are
spaced by position. What comes back is always admissible and has at most three significant digits,
so that the text written for it reads as the same value.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from orgloop.engines.tunables.candidate import Scale, Value
from orgloop.engines.tunables.writing import rounded

_LEAST = 1e-12


def forward(value: float, scale: Scale) -> float:
    """``value`` on the axis along which ``scale`` is even."""
    if scale == "log":
        return math.log(max(value, _LEAST))
    if scale == "one_minus":
        return -math.log(max(1.0 - value, _LEAST))
    return value


def backward(position: float, scale: Scale) -> float:
    """The inverse of :func:`forward`."""
    if scale == "log":
        return math.exp(position)
    if scale == "one_minus":
        return 1.0 - math.exp(-position)
    return position


def number_to_unit(value: float, low: float, high: float, scale: Scale) -> float:
    """Where ``value`` lies between ``low`` (0) and ``high`` (1); outside it is the nearer end."""
    ends = forward(low, scale), forward(high, scale)
    if ends[1] <= ends[0]:
        return 0.5
    return min(1.0, max(0.0, (forward(value, scale) - ends[0]) / (ends[1] - ends[0])))


def number_from_unit(u: float, low: float, high: float, scale: Scale) -> float:
    """The number at ``u``, at three significant digits, inside the range."""
    ends = forward(low, scale), forward(high, scale)
    raw = backward(ends[0] + u * (ends[1] - ends[0]), scale)
    fine = scale == "one_minus"
    value = rounded(1.0 - rounded(1.0 - raw, 2), 10) if fine else rounded(raw)
    return min(high, max(low, value))


def index_to_unit(index: int, count: int) -> float:
    """The middle of the ``index``-th of ``count`` equal parts."""
    return (index + 0.5) / count


def index_from_unit(u: float, count: int) -> int:
    """Which of ``count`` equal parts holds ``u``."""
    return min(count - 1, int(u * count))


def nearest_index(value: float, grid: Sequence[float], scale: Scale) -> int:
    """The position in a sorted ``grid`` of what lies nearest to ``value``."""
    right = bisect.bisect_left(grid, value)
    if right == 0:
        return 0
    if right == len(grid):
        return len(grid) - 1
    below = forward(value, scale) - forward(grid[right - 1], scale)
    above = forward(grid[right], scale) - forward(value, scale)
    return right if above < below else right - 1


def on_step(value: float, low: float, high: float, step: float) -> float:
    """The multiple of ``step`` above ``low`` nearest to ``value``, inside the range."""
    count = math.floor((high - low) / step + 1e-9)
    index = min(count, max(0, round((value - low) / step)))
    whole = low + index * step
    return whole if isinstance(low, int) and isinstance(step, int) else rounded(whole, 10)


def same(left: Value, right: Value) -> bool:
    """Equal and of one type: ``1``, ``1.0`` and ``True`` are three values."""
    return type(left) is type(right) and left == right
