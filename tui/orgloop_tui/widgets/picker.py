"""A list of a few dozen rows, one of which is chosen: files, generations, runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orgloop_tui.draw.spans import Row, Span, row
from orgloop_tui.widgets.drawn import palette_of, strip


class Item(NamedTuple):
    """What a row stands for, and how it is written."""

    key: str
    row: Row


class Picker(ScrollView, can_focus=True):
    """Rows with a cursor, which stays on its item as others come and go."""

    DEFAULT_CSS = """
    Picker { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="table.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="table.up"),
        Binding("g,home", "edge(False)", "First", show=False, id="table.first"),
        Binding("G,end", "edge(True)", "Last", show=False, id="table.last"),
        Binding("enter,l", "open", "Open", id="table.open"),
    ]

    class Moved(Message):
        """The cursor stands on another item."""

        def __init__(self, picker: Picker, key: str) -> None:
            super().__init__()
            self.picker = picker
            self.key = key

    class Opened(Moved):
        """A person wants an item."""

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._items: Sequence[Item] = ()
        self._cursor = 0
        self._empty = empty

    @property
    def chosen(self) -> str | None:
        """The key of the item under the cursor."""
        return self._items[self._cursor].key if self._cursor < len(self._items) else None

    def put(self, items: Sequence[Item]) -> None:
        """Show these items."""
        before = self.chosen
        self._items = items
        keys = [item.key for item in items]
        if before in keys:
            self._cursor = keys.index(before)
        self._cursor = min(self._cursor, max(0, len(items) - 1))
        self.virtual_size = Size(self.size.width, max(1, len(items)))
        self.refresh()
        if self.chosen is not None and self.chosen != before:
            self.post_message(self.Moved(self, self.chosen))

    def choose(self, key: str) -> None:
        """Put the cursor on an item."""
        for at, item in enumerate(self._items):
            if item.key == key:
                self._go(at)

    def render_line(self, y: int) -> Strip:
        """One row in view."""
        place = y + self.scroll_offset.y
        palette, base = palette_of(self.app), self.rich_style
        if place >= len(self._items):
            shown: Row = ()
            if y == 0 and not self._items:
                shown = row(Span(f" {self._empty}", "dim"))
            return strip(shown, self.size.width, base, palette)
        if place == self._cursor:
            base += palette["cursor" if self.has_focus else "resting"]
        return strip(self._items[place].row, self.size.width, base, palette)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._go(self._cursor + step)

    def action_edge(self, last: bool) -> None:
        """Move to the first or the last item."""
        self._go(len(self._items) if last else 0)

    def action_open(self) -> None:
        """Open the item under the cursor."""
        if self.chosen is not None:
            self.post_message(self.Opened(self, self.chosen))

    def on_click(self, event: Click) -> None:
        """A click chooses, a second one opens."""
        place = event.y + self.scroll_offset.y
        if place < len(self._items):
            self._go(place)
            if event.chain > 1:
                self.action_open()

    def _go(self, place: int) -> None:
        before = self.chosen
        self._cursor = min(max(0, place), max(0, len(self._items) - 1))
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True)
        self.refresh()
        if self.chosen is not None and self.chosen != before:
            self.post_message(self.Moved(self, self.chosen))
