"""One figure, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    benchmark: str
    case: str
    what: str
    value: float
    unit: str = ""
    ratio: float | None = None
    """To the floor of the same run, or, for `startup`, to `python -c pass`."""
    goal: float | None = None
    """What ``ratio`` should be at most, or ``value`` where there is no ratio."""
    at_least: bool = False
    """Whether the goal is a lower bound."""
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        judged = self.value if self.ratio is None else self.ratio
        return judged >= self.goal if self.at_least else judged <= self.goal


_HEADER = ("benchmark", "case", "what", "value", "ratio", "goal", "", "remark")
_RIGHT = (3, 4, 5)


def table(rows: Iterable[Row]) -> str:
    """The rows, aligned; a goal that is missed is marked."""
    lines = [_HEADER, *map(_cells, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEADER))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_aligned(line, widths) for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    bound = "" if row.goal is None else f"{'>=' if row.at_least else '<='} {row.goal:g}"
    return (
        row.benchmark,
        row.case,
        row.what,
        f"{_number(row.value)} {row.unit}".strip(),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        bound,
        {None: "", True: "ok", False: "MISSED"}[row.met],
        row.remark,
    )


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if at in _RIGHT else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"
