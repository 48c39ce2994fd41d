"""The table of experiments: only the lines in view are ever drawn, so it may have any length."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orgloop_tui.draw.listing import Column, columns, heading, line_row
from orgloop_tui.draw.spans import Row, Span, row
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.line import Line
from orgloop_tui.model.listing import Choice, Listing
from orgloop_tui.widgets.drawn import Drawn, palette_of, strip


class Body(ScrollView, can_focus=True):
    """The lines below the headings. The cursor stays on its experiment as others come and go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="table.down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="table.up"),
        Binding("g,home", "edge(False)", "First", show=False, id="table.first"),
        Binding("G,end", "edge(True)", "Last", show=False, id="table.last"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half_up"),
        Binding("ctrl+f,pagedown", "page(1.0)", "Page down", show=False, id="table.page_down"),
        Binding("ctrl+b,pageup", "page(-1.0)", "Page up", show=False, id="table.page_up"),
        Binding("enter,l", "open", "Open", id="table.open"),
    ]

    class Opened(Message):
        """A person wants to see an experiment."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.cursor = 0
        self.empty = ""
        self._columns: list[Column] = []
        self._now = 0.0
        self._base: Style | None = None
        """What rows are painted on; it takes longer than a row to find."""

    def put(self, lines: list[Line], now: float, found: list[Column], empty: str) -> None:
        """Show other lines. The cursor goes along with its experiment, and the view with it.

        At the top it stays at the top, so that whatever is newest comes in.
        """
        before, was = self.chosen, self.cursor
        view = self._view() if found == self._columns and empty == self.empty else None
        at_top = self.cursor == 0 and self.scroll_offset.y == 0
        self.lines, self._now, self._columns, self.empty = lines, now, found, empty
        if before is not None and not at_top:
            self.cursor = self._place_of(before.id)
        self.cursor = min(max(0, self.cursor), max(0, len(lines) - 1))
        self._measure(len(lines))
        if self.cursor != was:
            self.scroll_to(y=self.scroll_offset.y + self.cursor - was, animate=False, force=True)
        if view is None:
            self.refresh()
            return
        pairs = enumerate(zip_longest(view, self._view()))
        changed = [y for y, (one, other) in pairs if one != other]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _measure(self, count: int) -> None:
        """Have room to scroll through so many lines."""
        size, height = Size(self.size.width, max(1, count)), self.size.height
        before = self.virtual_size
        if (
            size.width != before.width
            or size.height < before.height
            or (size.height > height >= before.height)
        ):
            self.virtual_size = size
        elif size.height > before.height:
            # A few lines more, which come every second, need no other layout of the whole screen.
            # Pyright reads the descriptor, of the class, as the value that it gives an instance.
            self.set_reactive(ScrollView.virtual_size, size)  # pyright: ignore[reportArgumentType]
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height

    def _view(self) -> list[object]:
        """What the rows in view are painted from: equal where they look the same."""
        top = self.scroll_offset.y
        shown = self.lines[top : top + self.size.height]
        return [
            (line, place == self.cursor, line.finished or int(self._now))
            for place, line in enumerate(shown, top)
        ]

    def notify_style_update(self) -> None:
        """Another theme has other styles."""
        self._base = None
        super().notify_style_update()

    def _place_of(self, id: str) -> int:
        for at, line in enumerate(self.lines):
            if line.id == id:
                return at
        return self.cursor

    @property
    def chosen(self) -> Line | None:
        """The experiment under the cursor."""
        return self.lines[self.cursor] if self.cursor < len(self.lines) else None

    def render_line(self, y: int) -> Strip:
        """One line in view."""
        place = y + self.scroll_offset.y
        palette = palette_of(self.app)
        width = self.size.width
        if self._base is None:
            self._base = self.rich_style
        if place >= len(self.lines):
            shown: Row = row(Span(f" {self.empty}", "dim")) if y == 0 and not self.lines else ()
            return strip(shown, width, self._base, palette)
        base = self._base
        if place == self.cursor:
            base += palette["cursor" if self.has_focus else "resting"]
        return strip(line_row(self.lines[place], self._columns, self._now), width, base, palette)

    def action_move(self, step: int) -> None:
        """Move the cursor by lines."""
        self._go(self.cursor + step)

    def action_edge(self, last: bool) -> None:
        """Move to the first or the last line."""
        self._go(len(self.lines) if last else 0)

    def action_page(self, pages: float) -> None:
        """Move by pages of what is in view."""
        self._go(self.cursor + round(pages * max(1, self.size.height)))

    def action_open(self) -> None:
        """Open the experiment under the cursor."""
        if self.chosen is not None:
            self.post_message(self.Opened(self.chosen.id))

    def on_click(self, event: Click) -> None:
        """A click chooses, a second one opens."""
        place = event.y + self.scroll_offset.y
        if place < len(self.lines):
            was = self.cursor == place
            self._go(place)
            if was and event.chain > 1:
                self.action_open()

    def _go(self, place: int) -> None:
        self.cursor = min(max(0, place), max(0, len(self.lines) - 1))
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
        self.refresh()


class ExperimentTable(Vertical):
    """Headings and lines, sorted and filtered as a person chose."""

    DEFAULT_CSS = """
    ExperimentTable { height: 1fr; }
    ExperimentTable > .headings { height: 1; }
    ExperimentTable > Body { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choice = Choice()
        self.shown = 0
        self._listing = Listing()
        self._frame: Frame | None = None
        self._key: object = None
        self._finished: tuple[Line, ...] | None = None
        self._lines: list[Line] = []

    def compose(self) -> ComposeResult:
        """The headings above the lines."""
        yield Drawn(self._headings, classes="headings")
        yield Body()

    @property
    def body(self) -> Body:
        """The lines."""
        return self.query_one(Body)

    def put(self, frame: Frame) -> None:
        """Show a frame's experiments."""
        self._frame = frame
        self._refill()

    def choose(self, choice: Choice) -> None:
        """Sort or filter otherwise."""
        self.choice = choice
        self._refill()

    def on_resize(self) -> None:
        """Another width has other columns."""
        self._refill()

    def _refill(self) -> None:
        frame = self._frame
        if frame is None:
            return
        run = frame.run.id if frame.run else ""
        key = (run, frame.running, self.choice)
        # The same tuple as long as nothing has finished, and no person has overturned anything.
        if key != self._key or frame.finished is not self._finished:
            self._key, self._finished = key, frame.finished
            minimize = frame.minimize
            self._lines = self._listing.lines(
                frame.running, frame.finished, self.choice, minimize=minimize
            )
        self.shown = len(self._lines)
        empty = "Nothing matches." if self.choice.words else EMPTY.get(frame.state, "")
        if frame.unreadable:
            empty = ""
        self.body.put(self._lines, frame.at, self._columns(), empty)
        self.query_one(".headings", Drawn).redraw()

    def _columns(self) -> list[Column]:
        frame = self._frame
        tokens = frame is not None and frame.status is not None and frame.status.counts.tokens > 0
        return columns(max(20, self.size.width - 1), tokens=tokens)

    def _headings(self, width: int, height: int) -> list[Row]:
        del width, height
        choice = self.choice
        return [heading(self._columns(), choice.sort, up=choice.reverse)]


EMPTY = {
    "none": "No experiments yet.",
    "baseline": "No experiments yet: the baseline is being measured.",
    "running": "No experiments yet.",
    "interrupted": "No experiments: the run was cut off.",
}
