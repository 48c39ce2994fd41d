"""Rows of text in columns: the last one takes what is left of the line, none ever wraps."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

INDENT = 2
GAP = 2


def aligned(rows: Sequence[Sequence[Text]]) -> list[Text]:
    """One line for each row, each column as wide as its widest cell; all rows are equally long.

    A line that does not fit the terminal is cut with an ellipsis, at its end and nowhere else:
    rich's tables shorten every column instead, and an id of which only the first letter is left
    tells nobody anything.
    """
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        line = Text(" " * INDENT, no_wrap=True, overflow="ellipsis")
        for cell, wide in zip(row[:-1], widths, strict=False):
            line.append_text(cell)
            line.append(" " * (wide - cell.cell_len + (GAP if wide else 0)))
        line.append_text(row[-1])
        line.rstrip()
        lines.append(line)
    return lines
