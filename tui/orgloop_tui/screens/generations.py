"""How the organization changed: every generation, what it changed, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from orgloop.errors import LedgerError, OrgloopError
from orgloop.ledger import AmendmentRow
from orgloop_tui.draw.history import (
    amendment_page,
    amendment_row,
    generation_page,
    generation_row,
    heading,
)
from orgloop_tui.draw.spans import Row, Span, beside, row
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.history import Generation, Record, changes, counted, read_record
from orgloop_tui.screens.asked import Asked, Choice
from orgloop_tui.screens.layout import WIDE
from orgloop_tui.screens.watching import Watching
from orgloop_tui.widgets.drawn import Drawn
from orgloop_tui.widgets.keys import Keys
from orgloop_tui.widgets.picker import Item, Picker
from orgloop_tui.widgets.sheet import Sheet


class Generations(Watching):
    """The latest generation first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "back", "Go back to it", id="generations.back"),
        Binding("c", "mark", "Compare with it", id="generations.compare"),
        Binding("escape,h", "leave", "Back", show=False, id="generations.leave"),
    ]
    DEFAULT_CSS = """
    Generations {
        layout: vertical;
        #gen-head { height: 1; padding: 0 1; background: $panel; }
        #gen-middle { height: 1fr; }
        #gen-names { height: 1; }
        #gen-list { width: 1fr; height: 1fr; }
        #gen-page { width: 1fr; height: 1fr; padding: 0 1; border-left: solid $border; }
        &.narrow #gen-list { height: 40%; }
        &.narrow #gen-page { border-left: none; border-top: solid $border; height: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._frame: Frame | None = None
        self._record = Record()
        self._found: list[Generation] = []
        self._key: object = None
        self._files: dict[str, Mapping[str, bytes]] = {}
        self._marked: int | None = None
        self._reads: object = None

    def compose(self) -> ComposeResult:
        """The timeline beside the page of one generation."""
        yield Drawn(self._head, id="gen-head")
        with Container(id="gen-middle"):
            with Vertical(id="gen-list"):
                yield Drawn(lambda width, _: [heading(width)], id="gen-names")
                yield Picker(id="gen-picker", empty="No run yet: `orgloop run` makes the first.")
            yield Sheet(id="gen-page")
        yield Keys()

    def on_mount(self) -> None:
        """The keys go to the timeline."""
        self._arrange()
        self.query_one(Picker).focus()
        super().on_mount()

    def on_resize(self) -> None:
        """Another size has another layout."""
        self._arrange()
        self.call_after_refresh(self._list)
        self.call_after_refresh(self._page)

    def _arrange(self) -> None:
        narrow = self.size.width < WIDE
        self.set_class(narrow, "narrow")
        self.query_one("#gen-middle").styles.layout = "vertical" if narrow else "horizontal"

    def show_frame(self, frame: Frame) -> None:
        """Read again what may have changed: a generation, an amendment, a finished experiment."""
        self._frame = frame
        key = (
            frame.run and frame.run.id,
            len(frame.finished),
            frame.status and frame.status.generation,
            frame.feed[-1:],
        )
        if key == self._key or frame.run is None:
            return
        self._key = key
        lab, run = self.watch_app.source.lab, frame.run.id

        def read() -> None:
            try:
                record = read_record(lab, run)
            except LedgerError:
                return  # the frame says so, and the next look tries again
            found = counted(record, frame.finished, frame.incumbents, minimize=frame.minimize)
            self.app.call_from_thread(self._take, record, found)

        self.run_worker(read, thread=True, group="record", exclusive=True, exit_on_error=True)

    def _take(self, record: Record, found: list[Generation]) -> None:
        if not self.is_mounted:
            return
        self._record, self._found = record, found
        self._list()
        self._page(keep_place=True)
        self.query_one("#gen-head", Drawn).redraw()

    def _head(self, width: int, height: int) -> list[Row]:
        del height
        frame = self._frame
        left = row(
            Span("Generations", "title bold"),
            Span(f"  {frame.lab}  run {frame.run.id}" if frame and frame.run else "", "dim"),
        )
        trying = next((one for one in self._record.amendments if one.state == "probation"), None)
        right = row(Span(f"{trying.name} is on probation", "busy")) if trying else ()
        return [beside(left, right, width)]

    def _list(self) -> None:
        picker = self.query_one(Picker)
        width = max(20, picker.size.width - 1)
        loose = [one for one in self._record.amendments if one.generation is None]
        items = [
            Item(str(one.row.number), generation_row(one, one.row.number == self._marked, width))
            for one in reversed(self._found)
        ]
        items += [Item(one.name, amendment_row(one, width)) for one in reversed(loose)]
        picker.put(items)

    @property
    def chosen(self) -> Generation | AmendmentRow | None:
        """What the cursor stands on."""
        key = self.query_one(Picker).chosen
        for one in self._found:
            if str(one.row.number) == key:
                return one
        return next((one for one in self._record.amendments if one.name == key), None)

    def _page(self, *, keep_place: bool = False) -> None:
        sheet, one = self.query_one(Sheet), self.chosen
        width = max(20, sheet.size.width - 1)
        if one is None:
            sheet.put([])
            return
        if isinstance(one, AmendmentRow):
            sheet.put(amendment_page(one, width), keep_place=keep_place)
            return
        before = self._before(one)
        diff = None
        if before is not None:
            old, new = self._read(before), self._read(one)
            if old is not None and new is not None:
                diff = list(changes(old, new))
        against = before.row.number if before is not None else None
        sheet.put(generation_page(one, against, diff, width), keep_place=keep_place)

    def _before(self, one: Generation) -> Generation | None:
        """What it is compared with: the one that is marked, else the one before it."""
        wanted = self._marked if self._marked not in (None, one.row.number) else one.row.number - 1
        return next((other for other in self._found if other.row.number == wanted), None)

    def _read(self, one: Generation) -> Mapping[str, bytes] | None:
        """A generation's files; None while they are being read."""
        commit = one.row.commit
        if commit in self._files:
            return self._files[commit]

        def read() -> None:
            try:
                files = self.watch_app.doors.generation(commit)
            except OrgloopError as error:
                files = {f"(generation {one.row.number})": str(error).encode()}
            self.app.call_from_thread(self._have, commit, files)

        self.run_worker(read, thread=True, group=f"files-{commit}", exclusive=True)
        return None

    def _have(self, commit: str, files: Mapping[str, bytes]) -> None:
        self._files[commit] = files
        if self.is_mounted:
            self._page(keep_place=True)

    def on_picker_moved(self) -> None:
        """Show what the cursor stands on."""
        self._page()

    def on_picker_opened(self) -> None:
        """Scroll through the page."""
        self.query_one(Sheet).focus()

    def action_leave(self) -> None:
        """To the timeline, then to the screen before."""
        picker = self.query_one(Picker)
        if picker.has_focus:
            self.dismiss()
        else:
            picker.focus()

    def action_mark(self) -> None:
        """Compare the others with this one, or no longer."""
        one = self.chosen
        if isinstance(one, Generation):
            self._marked = None if self._marked == one.row.number else one.row.number
            self._list()
            self._page()

    def action_back(self) -> None:
        """Make this generation the organization again, when a person says so."""
        one = self.chosen
        if not isinstance(one, Generation):
            self.notify("An amendment that made no generation is nothing to go back to.")
            return
        said = (
            f"Write the files of generation {one.row.number} into the lab?\n\n"
            "It is as if you had edited them: experiments in flight finish under their own "
            "generation, the next begins under this one."
        )
        run, number = one.row.run, one.row.number

        def go(answer: str | None) -> None:
            if answer == "back":
                self.run_worker(
                    lambda: self._go_back(run, number), thread=True, group="back", exclusive=True
                )

        self.app.push_screen(Asked(said, [Choice("b", "Go back to it", "back")]), go)

    def _go_back(self, run: str, number: int) -> None:
        app = self.watch_app
        try:
            said = app.doors.back(run, number)
        except OrgloopError as error:
            app.call_from_thread(app.notify, str(error), severity="error", timeout=10, markup=False)
            return
        app.call_from_thread(app.notify, said, markup=False)
        app.look_now()
