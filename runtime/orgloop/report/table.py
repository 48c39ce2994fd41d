"""A table in Markdown that lines up as it is."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.ledger.plain import width


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> str:
    """A table whose columns line up; the first ``left`` are words, the others numbers."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (columns, *rows)]
    wide = [max(3, *(width(cell) for cell in column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = [
            cell + " " * (room - width(cell)) if at < left else " " * (room - width(cell)) + cell
            for at, (cell, room) in enumerate(zip(row, wide, strict=True))
        ]
        lines.append(f"| {' | '.join(padded)} |")
    rule = ["-" * room if at < left else "-" * (room - 1) + ":" for at, room in enumerate(wide)]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])
