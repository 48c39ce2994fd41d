"""How the floor shares a terminal's rows and columns among its parts, from 80x24 to 300x80."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop_tui.draw.floor import floor
from orgloop_tui.draw.spans import width as cells
from orgloop_tui.model.frame import Frame

WIDE = 110
"""Columns from which on two parts stand side by side."""
HEAD, FOOT, BORDER = 3, 1, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows and columns, borders included."""

    wide: bool
    chart: int
    """Rows of the chart; of the whole upper half where it is wide."""
    chart_width: int
    progress: int
    feed: int
    """Columns where it is wide, else rows; 0 where it is left out."""
    notices: int


def shape(frame: Frame, width: int, height: int, notices: int) -> Shape:
    """The layout for a terminal of this size."""
    notices = min(notices, max(1, height // 8))
    room = height - HEAD - FOOT - notices
    if width >= WIDE:
        most = max(8, min(26, room * 45 // 100))
        picture = floor(frame, width * 60 // 100 - 2, most - BORDER)
        rows = max(len(picture) + BORDER, min(most, 12))
        wanted = max((cells(one) for one in picture), default=0) + 3
        chart = max(width * 35 // 100, min(wanted, width * 60 // 100))
        return Shape(True, min(most, rows), chart, 0, max(34, width * 36 // 100), notices)
    tall = room >= 34
    picture = floor(frame, width - 2, 16 if tall else 5)
    progress = 11 if tall else 7 if room >= 18 else 6
    feed = max(6, room // 5) if room >= 30 else 0
    return Shape(False, len(picture) + BORDER, width, progress, feed, notices)
