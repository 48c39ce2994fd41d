"""Styled text: a row is a tuple of spans, and a style a name that the theme gives colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orgloop.charter.canvas import cut, text_width


class Span(NamedTuple):
    """Some characters of one style. They are shown as they are, and never read as markup."""

    text: str
    style: str = ""
    """Names with blanks between: ``kept bold``."""


Row = tuple[Span, ...]


def row(*parts: str | Span) -> Row:
    """A row of spans; a bare string has no style."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def width(spans: Iterable[Span]) -> int:
    """Terminal cells that a row takes."""
    return sum(text_width(span.text) for span in spans)


def fit(spans: Row, cells: int) -> Row:
    """The row in exactly ``cells`` cells: cut with an ellipsis, or filled with blanks."""
    kept: list[Span] = []
    left = cells
    for span in spans:
        size = text_width(span.text)
        if size > left:
            if left > 0:
                kept.append(Span(cut(span.text, left), span.style))
            return pad(tuple(kept), cells)
        kept.append(span)
        left -= size
    return pad(tuple(kept), cells)


def pad(spans: Row, cells: int) -> Row:
    """The row with blanks behind it, where it is shorter than ``cells``."""
    missing = cells - width(spans)
    return (*spans, Span(" " * missing)) if missing > 0 else spans


def beside(left: Row, right: Row, cells: int) -> Row:
    """One row at the left end and one at the right; the left one is cut where both do not fit."""
    room = cells - width(right)
    if room < 1 or not right:
        return fit(left, cells)
    return (*fit(left, room - 1), Span(" "), *right)


def text(spans: Row) -> str:
    """The row without its styles."""
    return "".join(span.text for span in spans)


def aligned(text: str, cells: int, *, right: bool = False) -> str:
    """``text`` in exactly ``cells`` cells, at the left or the right."""
    shown = cut(text, cells)
    blanks = " " * (cells - text_width(shown))
    return blanks + shown if right else shown + blanks
