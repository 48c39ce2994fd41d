"""Bounds on printed numbers: ``peak_gb: <= 40``."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}
_WRITTEN = re.compile(r"\s*(<=|>=|==|<|>)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A number of the output and the bound it must keep."""

    name: str
    operator: str
    bound: float

    def holds(self, value: float) -> bool:
        """Whether ``value`` keeps the bound; a value that is no number does not."""
        return _OPERATORS[self.operator](value, self.bound)

    def __str__(self) -> str:
        return f"{self.name} {self.operator} {self.bound:g}"


def parse_constraint(name: str, written: str) -> Constraint:
    """The bound as written; raises ValueError on anything but a comparison with a number."""
    match = _WRITTEN.fullmatch(written)
    bound = math.nan
    if match is not None:
        try:
            bound = float(match[2])
        except ValueError:
            bound = math.nan
    if match is None or not math.isfinite(bound):
        raise ValueError(f"`{written}` is not a bound on `{name}`")
    return Constraint(name, match[1], bound)
