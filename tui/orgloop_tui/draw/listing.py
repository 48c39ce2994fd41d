"""Experiments as rows of a table, with as many columns as the terminal has room for."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.charter.canvas import cut
from orgloop.ledger.numbers import change, dollars, duration, measured
from orgloop_tui.draw.chips import ASKS
from orgloop_tui.draw.head import short
from orgloop_tui.draw.spans import Row, Span, aligned
from orgloop_tui.draw.staircase import CRASHED, KEPT, OVERRULED
from orgloop_tui.model.line import RUNNING, Line

GAP = 2
_TITLE_AT_LEAST = 16
_STATE = 18
STYLES = {"keep": "kept", "discard": "discarded", "crash": "crashed", RUNNING: "busy"}
_MARKS = {"keep": KEPT, "discard": "·", "crash": CRASHED, RUNNING: "▶"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in cells, and what it is sorted by."""

    name: str
    width: int
    right: bool = False
    sort: str = ""


_ALWAYS = (
    Column("id", 6, sort="newest"),
    Column("state", _STATE, sort="state"),
    Column("value", 17, right=True, sort="value"),
    Column("gain", 9, right=True, sort="gain"),
)
_MORE = (
    Column("took", 10, right=True, sort="time"),
    Column("gen", 4, right=True),
    Column("tokens", 7, right=True, sort="tokens"),
    Column("cost", 8, right=True),
)
_WIDE = 94
"""From this width on the columns of ``_MORE`` are shown, as far as they fit."""


def columns(width: int, *, tokens: bool) -> list[Column]:
    """The columns for a table ``width`` cells wide; the title takes what is left."""
    found = list(_ALWAYS)
    if width < 64:
        found = [column for column in found if column.name != "value" or width >= 52]
    if width >= _WIDE:
        found += [column for column in _MORE if tokens or column.name not in ("tokens", "cost")]
    while len(found) > 2 and _room(found, width) < _TITLE_AT_LEAST:
        found.pop()
    return [*found, Column("title", max(1, _room(found, width)), sort="title")]


def _room(found: list[Column], width: int) -> int:
    return width - sum(column.width + GAP for column in found) - 1


def heading(found: list[Column], sort: str, *, up: bool) -> Row:
    """The row of headings; an arrow at the one that the table is sorted by."""
    spans = [Span(" ")]
    for column in found:
        is_it = column.sort == sort
        name = f"{column.name} {'↑' if up else '↓'}" if is_it else column.name
        spans.append(
            Span(aligned(name, column.width, right=column.right), "bold" if is_it else "dim")
        )
        spans.append(Span(" " * GAP))
    return tuple(spans)


def line_row(line: Line, found: list[Column], now: float) -> Row:
    """One experiment."""
    style = "overruled" if line.overruled else STYLES.get(line.status, "")
    spans = [Span(" ")]
    for column in found:
        text, own = _cell(line, column.name, now, style)
        spans.append(Span(aligned(text, column.width, right=column.right), own))
        spans.append(Span(" " * GAP))
    return tuple(spans)


def _cell(line: Line, column: str, now: float, style: str) -> tuple[str, str]:
    match column:
        case "id":
            return line.id, style
        case "state":
            if line.asks:
                return f"{ASKS} {cut(line.node, _STATE - 7)} asks", "person bold"
            mark = OVERRULED if line.overruled else _MARKS.get(line.status, " ")
            return f"{mark} {line.where}", style
        case "value":
            return ("" if line.value is None else measured(line.value, line.stderr)), style
        case "gain":
            found = "" if line.gain is None else change(line.gain, line.stderr).partition(" ±")[0]
            return found, style
        case "took":
            return duration(_took(line, now)), "dim"
        case "gen":
            return f"g{line.generation}", "dim"
        case "tokens":
            return (short(line.tokens) if line.tokens else ""), "dim"
        case "cost":
            return (dollars(line.cost_usd) if line.cost_usd else ""), "dim"
        case _:
            quiet = line.status in ("discard", "crash")
            title = line.title or line.reason or "(choosing what to try)"
            return title, "quiet" if quiet or not line.title else ""


def _took(line: Line, now: float) -> float:
    return max(0.0, (line.finished if line.finished is not None else int(now)) - line.created)
