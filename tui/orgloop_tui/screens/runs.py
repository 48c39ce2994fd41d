"""The runs of a lab: which one to show, and two curves beside each other."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from orgloop.errors import LedgerError
from orgloop_tui.draw.runs import compared, heading, run_row
from orgloop_tui.draw.spans import Row, Span, beside, row
from orgloop_tui.draw.staircase import KEPT, OTHERS, Curve, staircase
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.runs import Progress, RunLine, read_progress, read_runs
from orgloop_tui.screens.watching import Watching
from orgloop_tui.widgets.drawn import Drawn
from orgloop_tui.widgets.keys import Keys
from orgloop_tui.widgets.picker import Item, Picker


class Runs(Watching):
    """The latest run first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,space", "mark", "Compare with it", key_display="c", id="runs.compare"),
        Binding("escape,h", "leave", "Back", show=False, id="runs.leave"),
    ]
    DEFAULT_CSS = """
    Runs {
        layout: vertical;
        #runs-head { height: 1; padding: 0 1; background: $panel; }
        #runs-names { height: 1; }
        #runs-picker { height: 1fr; }
        #runs-whose { height: 1; padding: 0 1; }
        #runs-curve { height: 60%; padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._frame: Frame | None = None
        self._found: list[RunLine] = []
        self._key: object = None
        self._marked: str | None = None
        self._progress: dict[str, tuple[int, Progress]] = {}

    def compose(self) -> ComposeResult:
        """The list above the curves."""
        yield Drawn(self._head, id="runs-head")
        yield Drawn(lambda width, _: [heading(width)], id="runs-names")
        yield Picker(id="runs-picker", empty="No run yet: `orgloop run` starts the first.")
        yield Drawn(self._whose, id="runs-whose")
        yield Drawn(self._curves, id="runs-curve")
        yield Keys()

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.query_one(Picker).focus()
        super().on_mount()

    def on_resize(self) -> None:
        """Another width has other columns."""
        self.call_after_refresh(self._list)

    def show_frame(self, frame: Frame) -> None:
        """Read the runs again when anything has finished."""
        before, self._frame = self._frame, frame
        shown = frame.run and frame.run.id
        if before is not None and before.run is not None and before.run.id != shown:
            self._list()
        key = (len(frame.runs), shown, len(frame.finished), frame.state, len(frame.incumbents))
        if key == self._key:
            return
        self._key = key
        lab = self.watch_app.source.lab

        def read() -> None:
            try:
                found = read_runs(lab)
            except LedgerError:
                return  # the frame says so, and the next look tries again
            self.app.call_from_thread(self._take, found)

        self.run_worker(read, thread=True, group="runs", exclusive=True)

    def _take(self, found: list[RunLine]) -> None:
        if not self.is_mounted:
            return
        first, self._found = not self._found, found
        self._list()
        if first and self._frame is not None and self._frame.run is not None:
            self.query_one(Picker).choose(self._frame.run.id)
        self._redraw()

    def _redraw(self) -> None:
        for name in ("runs-head", "runs-whose", "runs-curve"):
            self.query_one(f"#{name}", Drawn).redraw()

    def _list(self) -> None:
        picker = self.query_one(Picker)
        shown = self._frame.run.id if self._frame is not None and self._frame.run else ""
        width = max(20, picker.size.width - 1)
        picker.put(
            [
                Item(
                    one.row.id,
                    run_row(one, one.row.id == shown, one.row.id == self._marked, width),
                )
                for one in self._found
            ]
        )

    def _head(self, width: int, height: int) -> list[Row]:
        del height
        count = len(self._found)
        left = row(
            Span("Runs", "title bold"), Span(f"  {self._frame.lab}" if self._frame else "", "dim")
        )
        return [beside(left, row(Span("1 run" if count == 1 else f"{count} runs", "dim")), width)]

    def _run(self, id: str | None) -> RunLine | None:
        return next((one for one in self._found if one.row.id == id), None)

    def _whose(self, width: int, height: int) -> list[Row]:
        del height
        one = self._run(self.query_one(Picker).chosen)
        if one is None:
            return []
        other = self._run(self._marked) if self._marked != one.row.id else None
        return [compared(one, other, width)]

    def _curves(self, width: int, height: int) -> list[Row]:
        one = self._run(self.query_one(Picker).chosen)
        if one is None:
            return []
        curves = []
        other = self._run(self._marked)
        if other is not None and other is not one and other.metric == one.metric:
            curves.append(self._curve(other, "other"))
        curves.append(self._curve(one, "best"))
        return staircase(curves, width, height, upto=12, note="Nothing is measured yet.")

    def _curve(self, one: RunLine, style: str) -> Curve:
        """What is known of it now; read again where more has finished since."""
        run, mark = one.row.id, one.counts.finished
        had = self._progress.get(run)
        if had is None or had[0] != mark:
            lab = self.watch_app.source.lab

            def read() -> None:
                try:
                    progress = read_progress(lab, run)
                except LedgerError:
                    return
                self.app.call_from_thread(self._have, run, mark, progress)

            self.run_worker(read, thread=True, group=f"progress-{run}", exclusive=True)
        progress = had[1] if had is not None else Progress()
        return Curve(
            progress.finished, progress.incumbents, style, KEPT if style == "best" else OTHERS
        )

    def _have(self, run: str, mark: int, progress: Progress) -> None:
        self._progress[run] = (mark, progress)
        if self.is_mounted:
            self.query_one("#runs-curve", Drawn).redraw()

    def on_picker_moved(self) -> None:
        """Draw the run under the cursor."""
        self._redraw()

    def on_picker_opened(self, message: Picker.Opened) -> None:
        """Show this run on the floor; the latest is followed again."""
        latest = self._found[0].row.id if self._found else None
        self.watch_app.source.show(None if message.key == latest else message.key)
        self.watch_app.look_now()
        self.dismiss()

    def action_mark(self) -> None:
        """Compare the others with this one, or no longer."""
        chosen = self.query_one(Picker).chosen
        self._marked = None if chosen == self._marked else chosen
        self._list()
        self._redraw()

    def action_leave(self) -> None:
        """To the screen before."""
        self.dismiss()
