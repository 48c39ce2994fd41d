"""The runs of a lab as rows of a list."""

from __future__ import annotations

import time

from orgloop.ledger.numbers import change, measured
from orgloop.ledger.plain import one_line
from orgloop_tui.draw.spans import Row, Span, aligned, beside, fit, row
from orgloop_tui.draw.staircase import KEPT, OTHERS
from orgloop_tui.model.runs import RunLine

_STYLES = {"running": "busy", "paused": "warning", "stopping": "warning", "finished": "good"}


def heading(width: int) -> Row:
    """Above the rows."""
    names = (
        f"    {'run':<6}{'began':<13}{'state':<10}{'exp':>7}{'kept':>6}  {'best':>17}  {'gain':>9}"
    )
    if width < 76:
        names = f"    {'run':<6}{'state':<10}{'exp':>7}{'kept':>6}  {'gain':>9}"
    return fit(row(Span(names, "dim")), width)


def run_row(one: RunLine, shown: bool, marked: bool, width: int) -> Row:
    """One run: ``shown`` on the floor, ``marked`` to be compared with."""
    began = time.strftime("%m-%d %H:%M", time.localtime(one.row.created))
    best = measured(one.best.value, one.best.stderr) if one.best is not None else ""
    gain = change(one.gain).partition(" ±")[0] if one.gain is not None else ""
    counts = one.counts
    spans = [
        Span("▸" if marked else " ", "other"),
        Span(" ● " if shown else "   ", "best"),
        Span(aligned(one.row.id, 6), "bold" if shown else ""),
    ]
    if width >= 76:
        spans.append(Span(aligned(began, 13), "dim"))
    spans.append(Span(aligned(one.row.state, 10), _STYLES.get(one.row.state, "dim")))
    spans.append(Span(f"{counts.finished:>7,}{counts.kept:>6,}  "))
    if width >= 76:
        spans.append(Span(aligned(best, 17, right=True) + "  "))
    spans.append(Span(aligned(gain, 9, right=True), "kept" if (one.gain or 0) > 0 else "dim"))
    task = one_line(str(one.row.task.get("name", "")), 60)
    return beside(tuple(spans), row(Span(f"{task} ", "dim")) if width >= 100 else (), width)


def compared(one: RunLine, other: RunLine | None, width: int) -> Row:
    """Which curve is whose, and what lies between their best values."""
    left = [Span(f"{KEPT} ", "best"), Span(one.row.id, "bold")]
    if one.best is not None:
        left.append(Span(f" {measured(one.best.value, one.best.stderr)}", "dim"))
    if other is None:
        left.append(Span("   c marks one to compare with", "dim"))
        return fit(tuple(left), width)
    left += [Span(f"   {OTHERS} ", "other"), Span(other.row.id, "bold")]
    if other.best is not None:
        left.append(Span(f" {measured(other.best.value, other.best.stderr)}", "dim"))
    if one.metric != other.metric:
        left.append(Span("   another metric: not to be compared", "warning"))
    elif one.best is not None and other.best is not None:
        sign = 1.0 if one.row.task.get("goal") == "maximize" else -1.0
        lead = sign * (one.best.value - other.best.value)
        left.append(Span(f"   {one.row.id} leads by {change(lead)}" if lead > 0 else
                         f"   {other.row.id} leads by {change(-lead)}" if lead < 0 else
                         "   the same"))  # fmt: skip
    return fit(tuple(left), width)
