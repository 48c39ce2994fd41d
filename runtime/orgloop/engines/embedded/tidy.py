"""Numbers as a person would write them: 0.003, 384, 0.95, and not 0.00283."""

from __future__ import annotations

import math

_MANTISSAS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_WIDTHS = (4, 5, 6, 7, 8)
_LEAST_WIDTH = 32
_LEAST_ROUND = 20


def tidy_float(value: float) -> float:
    """The nearest number by ratio that starts with 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8."""
    if value == 0 or not math.isfinite(value):
        return value
    size = abs(value)
    power = math.floor(math.log10(size))
    best = min(_MANTISSAS, key=lambda one: abs(math.log(one * 10.0**power / size)))
    return math.copysign(float(f"{best}e{power}"), value)


def tidy_near_one(value: float) -> float:
    """0.95, 0.998: as :func:`tidy_float`, of what is missing to one."""
    return round(1.0 - tidy_float(1.0 - value), 10) if value < 1 else value


def tidy_int(value: int, like: int) -> int:
    """160, 192, 384 beside multiples of eight; 30, 150 beside tens; any number that is small."""
    if value >= _LEAST_WIDTH and like % 8 == 0:
        power = 1 << (value.bit_length() - 3)
        best: int = min(_WIDTHS, key=lambda one: abs(math.log(one * power / value)))
        return best * power
    if value >= _LEAST_ROUND and like % 5 == 0:
        return round(tidy_float(float(value)))
    return value
