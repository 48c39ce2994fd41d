"""Experiments as they stand at a node of the chart: a few by name, the others counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.charter import BENCH, DISCARD, KEEP
from orgloop_tui.draw.spans import Row, Span, fit, width
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.line import RUNNING, Line

ON_BENCH, WAITS, ASKS = "▶", "·", "?"


@dataclass(frozen=True, slots=True)
class Standings:
    """Who stands where, by node."""

    at: dict[str, list[Line]]
    kept: int
    discarded: int
    crashed: int
    between: list[Line]
    """Those on their way from one node to the next, or at one that the chart no longer has."""
    slots: int
    measuring: int


def standings(frame: Frame, nodes: Sequence[str]) -> Standings:
    """Sort the frame's experiments into the chart's nodes."""
    at: dict[str, list[Line]] = {node: [] for node in nodes}
    between: list[Line] = []
    for line in frame.running:
        at.get(line.node, between).append(line)
    if BENCH in at:
        at[BENCH].sort(key=lambda line: not line.measuring)
    status = frame.status
    counts = status.counts if status is not None else None
    return Standings(
        at,
        counts.kept if counts else 0,
        counts.discarded if counts else 0,
        counts.crashed if counts else 0,
        between,
        frame.slots,
        status.measuring if status is not None else 0,
    )


def chip(line: Line) -> Span:
    """One experiment at its node."""
    if line.asks:
        return Span(f"{ASKS}{line.id}", "person bold")
    if line.node == BENCH:
        return Span(f"{ON_BENCH}{line.id}", "busy") if line.measuring else Span(f"{WAITS}{line.id}")
    return Span(line.id, "standing")


def chips(lines: Sequence[Line], cells: int, rows: int) -> list[Row]:
    """``rows`` rows of ``cells`` cells with as many experiments as they hold."""
    found: list[Row] = []
    left = list(lines)
    for at in range(rows):
        last = at == rows - 1
        spans: list[Span] = []
        while left:
            one = chip(left[0])
            rest = f" +{len(left) - 1}" if last and len(left) > 1 else ""
            gap = [Span(" ")] if spans else []
            if width([*spans, *gap, one]) + len(rest) > cells:
                break
            spans += [*gap, one]
            left.pop(0)
        if last and left:
            spans.append(Span(f" +{len(left)}" if spans else f"{len(left)} here", "dim"))
        found.append(fit(tuple(spans), cells))
    return found


def tally(stands: Standings, node: str, cells: int, rows: int) -> list[Row]:
    """What an exit has taken so far, or what the bench does."""
    if node == KEEP:
        said = [Span(f"{stands.kept:,}", "kept bold" if stands.kept else "dim")]
        return _rows([said], cells, rows)
    discarded = [Span(f"{stands.discarded:,}", "" if stands.discarded else "dim")]
    if not stands.crashed:
        return _rows([discarded], cells, rows)
    crashed = [Span(f"{stands.crashed:,} crashed", "crashed")]
    if rows > 1:
        return _rows([discarded, crashed], cells, rows)
    short = [*discarded, Span(f" ×{stands.crashed:,}", "crashed")]
    return _rows([short], cells, rows)


def inside(stands: Standings, node: str, cells: int, rows: int) -> list[Row]:
    """What is written into a node's box."""
    if node in (KEEP, DISCARD):
        return tally(stands, node, cells, rows)
    return chips(stands.at.get(node, ()), cells, rows)


def _rows(said: list[list[Span]], cells: int, rows: int) -> list[Row]:
    filled = [fit(tuple(spans), cells) for spans in said[:rows]]
    return filled + [fit((), cells) for _ in range(rows - len(filled))]


def is_running(line: Line) -> bool:
    """Whether it is in flight."""
    return line.status == RUNNING
