"""One frame as text: what ``orgloop watch --once`` prints."""

from __future__ import annotations

from orgloop.charter.canvas import to_ascii
from orgloop_tui.draw.feed import feed_row, notices
from orgloop_tui.draw.floor import floor
from orgloop_tui.draw.head import head
from orgloop_tui.draw.listing import columns, heading, line_row
from orgloop_tui.draw.spans import Row, row, text
from orgloop_tui.draw.staircase import Curve, staircase
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.listing import Choice, listed

CHART, PROGRESS, LINES, EVENTS = 16, 12, 12, 6
"""Rows of each part, at most."""


def page(frame: Frame, width: int, *, ascii_only: bool = False) -> str:
    """The floor without a screen: head, chart, progress, the latest experiments and events."""
    rows: list[Row] = [*head(frame, width), *notices(frame, width), row("")]
    rows += [*floor(frame, width, CHART), row("")]
    if frame.finished or frame.incumbents:
        rows += staircase([Curve(frame.finished, frame.incumbents)], width, PROGRESS)
        rows.append(row(""))
    lines = listed(frame.running, frame.finished, Choice())[:LINES]
    if lines:
        tokens = frame.status is not None and frame.status.counts.tokens > 0
        found = columns(width, tokens=tokens)
        rows.append(heading(found, "newest", up=False))
        rows += [line_row(line, found, frame.at) for line in lines]
        rows.append(row(""))
    rows += [feed_row(line, width) for line in frame.feed[-EVENTS:]]
    written = [text(one).rstrip() for one in rows]
    while written and not written[-1]:
        written.pop()
    return "\n".join(map(_ascii, written) if ascii_only else written) + "\n"


def _ascii(line: str) -> str:
    """The line for a terminal that has ASCII alone."""
    return "".join(
        _NAMES.get(character, character if character.isascii() else _dots(character))
        for character in to_ascii(line)
    )


_NAMES = {"●": "o", "◆": "#", "×": "x", "·": ".", "▶": ">", "━": "=", "±": "+-", "→": "->"}
_NAMES |= {"○": "o", "◌": "o", "‖": "=", "┤": "+", "└": "+", "↓": "v", "↑": "^", "≈": "~"}
_NAMES |= {"…": "~", "≥": ">=", "–": "-", "“": '"', "”": '"'}


def _dots(character: str) -> str:
    return "." if "⠀" < character <= "⣿" else "?"
