"""Characters in rows and columns, and lines that join where they meet."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_LINES = {
    LEFT | RIGHT: "─",
    LEFT: "─",
    RIGHT: "─",
    UP | DOWN: "│",
    UP: "│",
    DOWN: "│",
    DOWN | RIGHT: "┌",
    DOWN | LEFT: "┐",
    UP | RIGHT: "└",
    UP | LEFT: "┘",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}
_ASCII = str.maketrans(
    {**dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"), "─": "-", "│": "|", "▶": ">", "…": "~", "═": "="}
    | {"║": "|", **dict.fromkeys("╔╗╚╝", "#")}
)


def text_width(text: str) -> int:
    """Columns that ``text`` takes in a terminal: two for wide characters, none for combining."""
    return len(text) if text.isascii() else _width(text)


@lru_cache(4096)  # a display asks for the same words at every frame
def _width(text: str) -> int:
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, an ellipsis where it was longer."""
    if text_width(text) <= width:
        return text
    if width <= 0:
        return ""
    left = width - 1
    for end, character in enumerate(text):
        left -= text_width(character)
        if left < 0:
            return text[:end] + "…"
    return text


def to_ascii(line: str) -> str:
    """The line for a terminal that cannot draw boxes."""
    return line.translate(_ASCII)


@dataclass(slots=True)
class Canvas:
    """Where text was put and lines were drawn."""

    text: dict[tuple[int, int], str] = field(default_factory=dict)
    """Characters by column and row; the second half of a wide one is empty."""
    lines: dict[tuple[int, int], int] = field(default_factory=dict)

    def write(self, x: int, y: int, text: str) -> None:
        """Put ``text`` at column ``x`` of row ``y``."""
        for character in text:
            if unicodedata.combining(character):
                self.text[x - 1, y] = self.text.get((x - 1, y), "") + character
                continue
            self.text[x, y] = character
            if text_width(character) == 2:
                self.text[x + 1, y] = ""
                x += 1
            x += 1

    def join(self, cell: tuple[int, int], directions: int) -> None:
        """Add lines from the middle of ``cell`` in ``directions``."""
        self.lines[cell] = self.lines.get(cell, 0) | directions

    def rows(self) -> tuple[str, ...]:
        """The picture, without trailing spaces."""
        cells = self.text.keys() | self.lines.keys()
        if not cells:
            return ()
        width = max(x for x, _ in cells) + 1
        height = max(y for _, y in cells) + 1
        return tuple("".join(self._at(x, y) for x in range(width)).rstrip() for y in range(height))

    def _at(self, x: int, y: int) -> str:
        if (x, y) in self.text:
            return self.text[x, y]
        return _LINES.get(self.lines.get((x, y), 0), " ")
