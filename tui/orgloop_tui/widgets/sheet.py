"""Rows that are too many for the screen, to scroll through: a diff, a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orgloop_tui.draw.spans import Row
from orgloop_tui.widgets.drawn import palette_of, strip


class Sheet(ScrollView, can_focus=True):
    """Shows rows as they are; only those in view are painted."""

    DEFAULT_CSS = """
    Sheet { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="sheet.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="sheet.up"),
        Binding("g,home", "scroll_home", "First", show=False, id="sheet.first"),
        Binding("G,end", "scroll_end", "Last", show=False, id="sheet.last"),
        Binding("ctrl+d,pagedown", "page_down", "Page down", show=False, id="sheet.page_down"),
        Binding("ctrl+u,pageup", "page_up", "Page up", show=False, id="sheet.page_up"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()

    def put(self, rows: Sequence[Row], *, keep_place: bool = False) -> None:
        """Show these rows, from the top unless the place is kept."""
        self._rows = rows
        self.virtual_size = Size(self.size.width, max(1, len(rows)))
        if not keep_place:
            self.scroll_home(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row in view."""
        place = y + self.scroll_offset.y
        row = self._rows[place] if place < len(self._rows) else ()
        return strip(row, self.size.width, self.rich_style, palette_of(self.app))
