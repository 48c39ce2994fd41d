"""A widget that shows rows of spans, drawn anew for its size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from orgloop_tui.draw.spans import Row
from orgloop_tui.theme import Palette

Draw = Callable[[int, int], Sequence[Row]]
"""From a size in cells to the rows of a picture."""


class Drawn(Widget):
    """Shows what its ``draw`` returns for the widget's size; call :meth:`redraw` on changes."""

    DEFAULT_CSS = """
    Drawn { width: 1fr; height: 1fr; }
    """

    def __init__(self, draw: Draw, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._rows: Sequence[Row] | None = None
        self._base = Style()

    def redraw(self) -> None:
        """Draw again, and paint the rows that have become others."""
        before = self._rows
        if before is None:
            self.refresh()
            return
        width, height = self.size
        self._rows = rows = self._draw(width, height)
        changed = [
            y for y, (was, now) in enumerate(zip_longest(before, rows)) if was != now and y < height
        ]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def on_resize(self) -> None:
        """Another size is another picture."""
        self._rows = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme is one as well."""
        self._rows = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of the picture."""
        if self._rows is None:
            self._rows = self._draw(self.size.width, self.size.height)
            self._base = self.rich_style  # takes longer than a row
        row = self._rows[y] if y < len(self._rows) else ()
        return strip(row, self.size.width, self._base, palette_of(self.app))


def strip(row: Row, width: int, base: Style, palette: Palette) -> Strip:
    """A row as Textual paints it, cut or filled to ``width``."""
    segments = [Segment(span.text, base + palette[span.style]) for span in row]
    return Strip(segments).adjust_cell_length(width, base)


_PALETTES: dict[str, Palette] = {}


def palette_of(app: App[object]) -> Palette:
    """The palette of the app's theme."""
    theme = app.current_theme
    if theme.name not in _PALETTES:
        _PALETTES[theme.name] = Palette(theme)
    return _PALETTES[theme.name]
