"""Cells that are drawn on: characters with a style each, and eight braille dots to a cell.

A braille character (U+2800 and on) is a grid of two by four dots, the bits of which are set one by
one, so a curve has twice the columns and four times the rows that the terminal has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from orgloop_tui.draw.spans import Row, Span

DOTS_X, DOTS_Y = 2, 4
_BRAILLE = 0x2800
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""By column and row of a dot within its cell."""


@dataclass(slots=True)
class Grid:
    """``width`` by ``height`` cells; whatever is put outside of them is not drawn."""

    width: int
    height: int
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    """Characters, which cover the dots of their cell."""
    dots: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    shades: dict[tuple[int, int], str] = field(default_factory=dict)
    """Styles that lie behind whatever is in a cell."""

    def mark(self, x: int, y: int, character: str, style: str = "") -> None:
        """Put a character into a cell."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.marks[x, y] = (character, style)

    def write(self, x: int, y: int, text: str, style: str = "") -> None:
        """Put characters side by side; each takes one cell."""
        for step, character in enumerate(text):
            self.mark(x + step, y, character, style)

    def dot(self, x: int, y: int, style: str = "") -> None:
        """Set a dot, counted in dots; its cell takes the style of what was set last."""
        cell = (x // DOTS_X, y // DOTS_Y)
        if 0 <= cell[0] < self.width and 0 <= cell[1] < self.height:
            bits = self.dots.get(cell, (0, ""))[0]
            self.dots[cell] = (bits | _BITS[x % DOTS_X][y % DOTS_Y], style)

    def scatter(self, dots: Iterable[tuple[int, int]], style: str = "") -> None:
        """Set many dots of one style, whichever of them are the same."""
        for x, y in set(dots):
            self.dot(x, y, style)

    def shade(self, x: int, y: int, style: str) -> None:
        """Put a style behind a cell."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.shades[x, y] = style

    def row(self, y: int) -> Row:
        """One row of cells, neighbours of one style joined."""
        spans: list[Span] = []
        for x in range(self.width):
            character, style = self._at(x, y)
            if spans and spans[-1].style == style:
                spans[-1] = Span(spans[-1].text + character, style)
            else:
                spans.append(Span(character, style))
        return tuple(spans)

    def rows(self) -> list[Row]:
        """All rows, from the top."""
        return [self.row(y) for y in range(self.height)]

    def _at(self, x: int, y: int) -> tuple[str, str]:
        cell = (x, y)
        character, style = " ", ""
        if cell in self.marks:
            character, style = self.marks[cell]
        elif cell in self.dots:
            bits, style = self.dots[cell]
            character = chr(_BRAILLE + bits)
        shade = self.shades.get(cell)
        return character, f"{style} {shade}".strip() if shade else style
