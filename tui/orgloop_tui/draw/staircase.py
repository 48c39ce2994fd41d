"""The progress of a run as a picture: every experiment a point, the best so far a staircase.

From left to right stand the experiments in the order in which they finished. A shaded band around
the best is its 95% interval, 1.96 standard errors to either side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from orgloop.charter.canvas import cut, text_width
from orgloop.ledger import IncumbentRow
from orgloop.ledger.numbers import measured
from orgloop_tui.draw.grid import DOTS_X, DOTS_Y, Grid
from orgloop_tui.draw.scale import Scale, labels, scale_of, ticks
from orgloop_tui.draw.spans import Row, Span, fit, row
from orgloop_tui.model.line import Line

Z = 1.96
"""Standard errors of a normal distribution that hold 95% of it."""
KEPT, CRASHED, OVERRULED, OTHERS = "●", "×", "◆", "○"
_SMALLEST = (24, 4)
_Place = Callable[[float], int]
"""From a number to the column or row of dots where it stands."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's progress."""

    finished: Sequence[Line]
    incumbents: Sequence[IncumbentRow]
    style: str = "best"
    """Of its staircase."""
    kept: str = KEPT
    """What marks a keep: curves are told apart without colours, too."""


@dataclass(frozen=True, slots=True)
class _Step:
    start: float
    """Experiments that had finished when it became the best."""
    value: float
    stderr: float | None


def staircase(
    curves: Sequence[Curve], width: int, height: int, *, upto: int = 0, note: str = ""
) -> list[Row]:
    """The picture in ``width`` by ``height`` cells; ``note`` where there is nothing to draw yet.

    ``upto`` is how many experiments the picture has room for at least. Of several curves only the
    kept points are marked, so that the staircases can be told apart.
    """
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        return [fit(row(Span(note, "dim")), width) for _ in range(height)]
    if not any(curve.finished or curve.incumbents for curve in curves):
        return _empty(width, height, note)
    scale = _scale(curves)
    rows = height - 1
    marks = ticks(scale, max(2, rows // 3))
    named = labels(marks)
    gutter = max((len(name) for name in named), default=0) + 2
    experiments = max(upto, *(len(curve.finished) for curve in curves), 1)
    grid = Grid(width - gutter, rows)
    for curve in curves:
        _draw(grid, curve, scale, experiments, alone=len(curves) == 1)
    places = {scale.place(mark, rows): name for mark, name in zip(marks, named, strict=True)}
    drawn: list[Row] = []
    for y in range(rows):
        name = places.get(y, "")
        axis = "┤" if name else "│"
        drawn.append((Span(f"{name:>{gutter - 2}} ", "dim"), Span(axis, "axis"), *grid.row(y)))
    return [*drawn, _foot(width, gutter, experiments)]


def legend(width: int) -> Row:
    """What the marks mean, in at most ``width`` cells."""
    full = row(
        Span(KEPT, "kept"),
        Span(" kept  ", "dim"),
        Span("⠂", "discarded"),
        Span(" discarded  ", "dim"),
        Span(CRASHED, "crashed"),
        Span(" crashed  ", "dim"),
        Span("⠒⠒", "best"),
        Span(" best, 95%", "dim"),
    )
    return full if sum(text_width(span.text) for span in full) <= width else ()


def _empty(width: int, height: int, note: str) -> list[Row]:
    rows: list[Row] = [fit((), width) for _ in range(height)]
    shown = cut(note, width - 2)
    left = (width - text_width(shown)) // 2
    rows[(height - 1) // 2] = fit(row(" " * left, Span(shown, "dim")), width)
    return rows


def _scale(curves: Sequence[Curve]) -> Scale:
    core = [row.value for curve in curves for row in curve.incumbents]
    if len(curves) == 1:
        for incumbent in curves[0].incumbents[-1:]:
            reach = Z * (incumbent.stderr or 0.0)
            core += [incumbent.value - reach, incumbent.value + reach]
    others = [line.value for curve in curves for line in curve.finished if line.value is not None]
    return scale_of(core, others)


def _draw(grid: Grid, curve: Curve, scale: Scale, experiments: int, *, alone: bool) -> None:
    columns, rows = grid.width * DOTS_X, grid.height * DOTS_Y

    def across(place: float) -> int:
        """The column of dots of so many finished experiments; the baseline is at 0."""
        return min(columns - 1, round(place / experiments * (columns - 1)))

    def down(value: float) -> int:
        return scale.place(value, rows)

    steps = _steps(curve)
    end = across(len(curve.finished))
    if alone:
        _band(grid, steps, scale, across, end)
        _scatter(grid, curve, scale, columns, rows, experiments)
    for at, step in enumerate(steps):
        left = across(step.start)
        right = across(steps[at + 1].start) if at + 1 < len(steps) else max(end, left + 1)
        y = down(step.value)
        for x in range(left, right + 1):
            grid.dot(x, y, curve.style)
        if at + 1 < len(steps):
            after = down(steps[at + 1].value)
            for between in range(min(y, after), max(y, after) + 1):
                grid.dot(right, between, curve.style)
    _points(grid, curve, across, down, alone=alone)


def _scatter(
    grid: Grid, curve: Curve, scale: Scale, columns: int, rows: int, experiments: int
) -> None:
    """A dot for each that was discarded: thousands, so without a call for each."""
    found = [
        (line.ordinal, line.value)
        for line in curve.finished
        if line.status == "discard" and line.value is not None and math.isfinite(line.value)
    ]
    last = columns - 1
    xs = [min(last, round(place / experiments * last)) for place, _ in found]
    ys = scale.places((value for _, value in found), rows)
    grid.scatter(zip(xs, ys, strict=True), "discarded")


def _points(grid: Grid, curve: Curve, across: _Place, down: _Place, *, alone: bool) -> None:
    # What is on the record of an incumbent is corrected as more is measured.
    values = {row.experiment: row.value for row in curve.incumbents}
    for line in curve.finished:
        if line.status == "discard":
            continue
        x = across(line.ordinal) // DOTS_X
        value = values.get(line.id, line.value)
        if line.status == "crash" and alone:
            grid.mark(x, grid.height - 1, CRASHED, "crashed")
        elif line.status == "keep" and value is not None and math.isfinite(value):
            mark, style = (OVERRULED, "overruled") if line.overruled else (curve.kept, "kept")
            y = down(value) // DOTS_Y
            grid.mark(x, y, mark, style if alone else curve.style)


def _steps(curve: Curve) -> list[_Step]:
    lines = {line.id: line for line in curve.finished}
    found: list[_Step] = []
    for incumbent in curve.incumbents:
        line = lines.get(incumbent.experiment)
        if not math.isfinite(incumbent.value) or (incumbent.number and line is None):
            continue
        start = line.ordinal if line is not None else 0
        if line is not None and line.overruled:  # it had finished long before a person kept it
            start = sum((one.finished or 0.0) <= incumbent.at for one in curve.finished)
        found.append(_Step(float(start), incumbent.value, incumbent.stderr))
    return found


def _band(grid: Grid, steps: Sequence[_Step], scale: Scale, across: _Place, end: int) -> None:
    for at, step in enumerate(steps):
        if not step.stderr:
            continue
        left = across(step.start) // DOTS_X
        last = across(steps[at + 1].start) if at + 1 < len(steps) else end
        reach = Z * step.stderr
        top = scale.place(step.value + reach, grid.height)
        foot = scale.place(step.value - reach, grid.height)
        for x in range(left, last // DOTS_X + 1):
            for y in range(top, foot + 1):
                grid.shade(x, y, "band")


def _foot(width: int, gutter: int, experiments: int) -> Row:
    """The axis below: how many experiments stand where."""
    cells = width - gutter
    line = ["─"] * cells
    named: set[int] = set()
    for share in (0.0, 0.5, 1.0):
        label = f"{round(share * experiments):,}"
        if share == 1.0:
            label += " experiments" if experiments > 1 else " experiment"
        start = min(cells - len(label), max(0, round(share * (cells - 1)) - len(label) // 2))
        if share == 0.0 or start > 0:
            line[start : start + len(label)] = label
            named.update(range(start, start + len(label)))
    spans = [Span(" " * (gutter - 1)), Span("└", "axis")]
    for is_label, part in groupby(range(min(cells, len(line))), named.__contains__):
        spans.append(Span("".join(line[at] for at in part), "dim" if is_label else "axis"))
    return tuple(spans)


def best_text(curve: Curve) -> str:
    """The best value with its standard error, in words."""
    if not curve.incumbents:
        return "no baseline yet"
    last = curve.incumbents[-1]
    return measured(last.value, last.stderr)
