"""A scrolling view of rows of spans: a diff, a log. Only what is in view is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orgloop_tui.draw.spans import Row, width
from orgloop_tui.widgets.drawn import palette_of, strip

VIM: list[BindingType] = [
    Binding("j,down", "scroll_down", "Down", show=False, id="page.down"),
    Binding("k,up", "scroll_up", "Up", show=False, id="page.up"),
    Binding("l,right", "scroll_right", "Right", show=False, id="page.right"),
    Binding("h,left", "scroll_left", "Left", show=False, id="page.left"),
    Binding("g,home", "scroll_home", "First line", show=False, id="page.first"),
    Binding("G,end", "scroll_end", "Last line", show=False, id="page.last"),
    Binding("ctrl+f,pagedown,space", "page_down", "Page down", show=False, id="page.page_down"),
    Binding("ctrl+b,pageup", "page_up", "Page up", show=False, id="page.page_up"),
]
"""The keys of whatever scrolls."""


class Rows(ScrollView, can_focus=True):
    """Rows, as long and as wide as they are."""

    BINDINGS: ClassVar[list[BindingType]] = VIM
    DEFAULT_CSS = """
    Rows { height: 1fr; scrollbar-size: 1 1; }
    """

    def __init__(self, *, id: str | None = None, follow: bool = False) -> None:
        """``follow``: stay at the end as rows are added, as long as one is there."""
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._follow = follow

    def put(self, rows: Sequence[Row]) -> None:
        """Show these rows from now on."""
        if rows == self._rows:
            return
        at_end = self.scroll_offset.y >= self.max_scroll_y
        self._rows = rows
        self.virtual_size = Size(max(map(width, rows), default=0), len(rows))
        self.refresh()
        if self._follow and at_end:
            self.scroll_end(animate=False, immediate=False)

    def render_line(self, y: int) -> Strip:
        """One row in view."""
        place = y + self.scroll_offset.y
        row = self._rows[place] if place < len(self._rows) else ()
        base, palette = self.rich_style, palette_of(self.app)
        left, room = self.scroll_offset.x, self.size.width
        whole = strip(row, max(left + room, width(row)), base, palette)
        return whole.crop(left, left + room)
