"""An experiment's measurements: each as a point on one axis, and the mean with its interval."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from orgloop.ledger import ExperimentRow, MeasurementRow
from orgloop.ledger.kinds import AGAIN
from orgloop.ledger.numbers import duration, measured, size
from orgloop.ledger.plain import one_line
from orgloop_tui.draw.scale import Scale, scale_of
from orgloop_tui.draw.spans import Row, Span, aligned, fit, row
from orgloop_tui.draw.staircase import Z

_NAME, _VALUE, _COST = 26, 18, 24


def measuring_rows(
    experiment: ExperimentRow, measurements: Sequence[MeasurementRow], cells: int
) -> list[Row]:
    """A row for each measurement, and one for what is on the record."""
    if not measurements:
        return [row(Span("Nothing has been measured yet.", "dim"))]
    own = [one for one in measurements if _is_own(one, experiment)]
    values = [one.value for one in measurements if _good(one) is not None]
    reach = Z * (experiment.stderr or 0.0)
    record = [] if experiment.value is None else [experiment.value]
    scale = scale_of([value for value in values if value is not None], [])
    if record:
        scale = scale_of(
            [
                *(value for value in values if value is not None),
                record[0] - reach,
                record[0] + reach,
            ],
            [],
        )
    room = max(10, cells - _NAME - _VALUE - (_COST if cells >= 90 else 0) - 6)
    head = (
        Span(aligned("measurement", _NAME), "dim"),
        Span(aligned("value", _VALUE, right=True), "dim"),
        Span("   "),
        Span(_axis(scale, room) if values or record else "", "dim"),
    )
    rows: list[Row] = [head]
    rows += [
        _one(at, one, experiment, scale, room, cells) for at, one in enumerate(measurements, 1)
    ]
    rows.append(())
    # What a person had measured once it was over is not what the verdict rests on.
    rows += _mean("mean of its own", [one for one in own if one.kind != AGAIN], scale, room)
    rows += _mean("mean, measured again", [one for one in own if one.kind == AGAIN], scale, room)
    if experiment.value is not None:
        stderr = experiment.stderr or 0.0
        rows.append(_interval("on the record", experiment.value, stderr, scale, room))
    rows += [(), row(Span("● its commit  ○ the commit beside it  ├─┤ 95% interval", "dim"))]
    return rows


def _mean(name: str, of: Sequence[MeasurementRow], scale: Scale, room: int) -> list[Row]:
    """A row for the mean of two measurements or more."""
    good = [value for value in map(_good, of) if value is not None]
    if len(good) < 2:
        return []
    stderr = statistics.stdev(good) / math.sqrt(len(good))
    return [_interval(name, statistics.fmean(good), stderr, scale, room)]


def _good(one: MeasurementRow) -> float | None:
    if one.status == "ok" and one.value is not None and math.isfinite(one.value):
        return one.value
    return None


def _is_own(one: MeasurementRow, experiment: ExperimentRow) -> bool:
    return experiment.commit is None or one.commit == experiment.commit


def _one(
    at: int,
    one: MeasurementRow,
    experiment: ExperimentRow,
    scale: Scale,
    room: int,
    cells: int,
) -> Row:
    own = _is_own(one, experiment)
    about = one.kind if own else f"{one.kind}, beside it"
    spans = [Span(aligned(f"{at:>3}  {about}", _NAME), "" if own else "quiet")]
    value = _good(one)
    if value is None:
        crash = (one.crash or {}).get("kind", "no value")
        said, style = ("running", "busy") if one.status == "running" else (crash, "crashed")
        spans.append(Span(aligned(one_line(said, 40), _VALUE, right=True), style))
        if one.crash:
            spans.append(Span(f"   {one_line(one.crash.get('message', ''), 200)}", "crashed"))
        return fit(tuple(spans), cells)
    spans.append(Span(aligned(measured(value), _VALUE, right=True), "" if own else "quiet"))
    place = _column(value, scale, room)
    spans += [
        Span("   "),
        Span(" " * place),
        Span("●" if own else "○", "kept" if own else "quiet"),
        Span(" " * (room - place - 1)),
    ]
    if cells >= 90:
        cost = f"   {duration(one.wall_s)}, {size(one.peak_bytes)}" if one.peak_bytes else ""
        spans.append(Span(cost or f"   {duration(one.wall_s)}", "dim"))
    return fit(tuple(spans), cells)


def _interval(name: str, value: float, stderr: float, scale: Scale, room: int) -> Row:
    low, high = (_column(value + side * Z * stderr, scale, room) for side in (-1, 1))
    place = _column(value, scale, room)
    drawn = [" "] * room
    if high > low:
        drawn[low : high + 1] = "─" * (high - low + 1)
        drawn[low], drawn[high] = "├", "┤"
    drawn[place] = "◆"
    said = measured(value, stderr or None)
    return (
        Span(aligned(f"     {name}", _NAME), "bold"),
        Span(aligned(said, _VALUE, right=True), "bold"),
        Span("   "),
        Span("".join(drawn), "best"),
    )


def _column(value: float, scale: Scale, room: int) -> int:
    return room - 1 - scale.place(value, room)


def _axis(scale: Scale, room: int) -> str:
    low, high = f"{scale.low:.4g}", f"{scale.high:.4g}"
    return f"{low}{' ' * max(1, room - len(low) - len(high))}{high}"
