"""The floor: the chart with everyone at work, the progress, the experiments, what happens."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from orgloop_tui.draw.feed import feed, notices
from orgloop_tui.draw.floor import floor
from orgloop_tui.draw.head import head
from orgloop_tui.draw.spans import Row
from orgloop_tui.draw.staircase import Curve, staircase
from orgloop_tui.model.frame import Frame
from orgloop_tui.screens.about_one import AboutOne
from orgloop_tui.screens.layout import Shape, shape
from orgloop_tui.widgets.drawn import Drawn
from orgloop_tui.widgets.keys import Keys
from orgloop_tui.widgets.table import Body, ExperimentTable

FINENESS = 500
"""The curve is drawn anew as often as one five-hundredth more has finished."""
NOTHING = "Nothing has finished yet."
NOTHING_YET = {
    "none": "Nothing is measured yet.",
    "baseline": "The baseline is being measured.",
}


class Floor(AboutOne):
    """The first screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="floor.filter"),
        Binding("s", "sort", "Sort", id="floor.sort"),
        Binding("S", "reverse", "Sort the other way", show=False, id="floor.reverse"),
        Binding("escape", "clear", "Show all", show=False, id="floor.clear"),
    ]
    DEFAULT_CSS = """
    Floor {
        layout: vertical;
        #head { height: 3; padding: 0 1; background: $panel; }
        #upper, #lower { layout: vertical; height: auto; }
        #middle, #lower { height: 1fr; }
        .panel {
            border-top: solid $border; border-title-color: $foreground 70%;
            border-title-background: $background; padding: 0 1;
        }
        #experiments { padding: 0; }
        #notices { height: auto; padding: 0 1; }
        #filter { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
        #filter.open { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._frame: Frame | None = None
        self._shape: Shape | None = None
        self._drawn_curve: object = None
        self._noticed: list[Row] = []

    def compose(self) -> ComposeResult:
        """Head, chart and progress, table and events, what needs a person, keys."""
        yield Drawn(self._head, id="head")
        with Container(id="middle"):
            with Container(id="upper"):
                yield Drawn(self._floor, id="chart", classes="panel")
                yield Drawn(self._progress, id="progress", classes="panel")
            with Container(id="lower"):
                yield ExperimentTable(id="experiments")
                yield Drawn(self._feed, id="feed", classes="panel")
        yield Drawn(self._notices, id="notices")
        yield Input(placeholder="words, e<number>, kept, crashed, g<generation>", id="filter")
        yield Keys()

    def on_mount(self) -> None:
        """Titles, and the keys go to the table."""
        self.query_one("#experiments").add_class("panel")
        for name, title in (("chart", "floor"), ("progress", "progress"), ("feed", "events")):
            self.query_one(f"#{name}").border_title = title
        self.query_one(Body).focus()
        super().on_mount()

    def show_frame(self, frame: Frame) -> None:
        """Bring everything up to date; what has not changed is not drawn again."""
        before, self._frame = self._frame, frame
        self._arrange()
        self.query_one("#head", Drawn).redraw()
        if before is None or _floor_key(before) != _floor_key(frame):
            self.query_one("#chart", Drawn).redraw()
        if self._drawn_curve != _curve_key(frame):
            self.query_one("#progress", Drawn).redraw()
        if before is None or before.feed is not frame.feed:
            self.query_one("#feed", Drawn).redraw()
        if before is None or self._noticed != self._warned():
            self.query_one("#notices", Drawn).redraw()
        table = self.query_one(ExperimentTable)
        table.put(frame)
        self._name_table(table, frame)

    def on_resize(self) -> None:
        """Another size has another layout."""
        self._shape = None
        self._arrange()

    def _arrange(self) -> None:
        """Give each part its room."""
        if self._frame is None:
            return
        found = shape(self._frame, self.size.width, self.size.height, len(self._warned()))
        if found == self._shape:
            return
        self._shape = found
        self.set_class(found.wide, "wide")
        upper, lower = self.query_one("#upper"), self.query_one("#lower")
        chart, progress = self.query_one("#chart"), self.query_one("#progress")
        table, happened = self.query_one("#experiments"), self.query_one("#feed")
        upper.styles.layout = lower.styles.layout = "horizontal" if found.wide else "vertical"
        upper.styles.height = found.chart if found.wide else found.chart + found.progress
        chart.styles.height = found.chart
        chart.styles.width = found.chart_width if found.wide else "1fr"
        progress.styles.height = found.chart if found.wide else found.progress
        table.styles.width = "1fr"
        happened.display = found.feed > 0
        if found.wide:
            happened.styles.width, happened.styles.height = found.feed, "1fr"
        else:
            happened.styles.width, happened.styles.height = "1fr", found.feed
        self.query_one("#notices").styles.height = found.notices
        self.query_one("#notices").display = found.notices > 0

    def _warned(self) -> list[Row]:
        return notices(self._frame, self.size.width - 2) if self._frame is not None else []

    def _name_table(self, table: ExperimentTable, frame: Frame) -> None:
        total = len(frame.finished) + len(frame.running)
        choice = table.choice
        said = f"{total:,} experiments" if total != 1 else "1 experiment"
        if frame.unreadable:
            said = "experiments"
        if choice.words:
            said = f"{table.shown:,} of {said} match “{choice.words}”"
        table.border_title = _as_written(said)

    def _head(self, width: int, height: int) -> list[Row]:
        del height
        return head(self._frame, width) if self._frame is not None else []

    def _floor(self, width: int, height: int) -> list[Row]:
        return floor(self._frame, width, height) if self._frame is not None else []

    def _progress(self, width: int, height: int) -> list[Row]:
        frame = self._frame
        if frame is None:
            return []
        self._drawn_curve = _curve_key(frame)
        return staircase(
            [Curve(frame.finished, frame.incumbents)],
            width,
            height,
            upto=min(frame.budget.experiments or 12, 12),
            note="" if frame.unreadable else NOTHING_YET.get(frame.state, NOTHING),
        )

    def _feed(self, width: int, height: int) -> list[Row]:
        return feed(self._frame, width, height) if self._frame is not None else []

    def _notices(self, width: int, height: int) -> list[Row]:
        del width
        self._noticed = self._warned()
        return self._noticed[:height]

    def on_body_opened(self, message: Body.Opened) -> None:
        """Show one experiment."""
        self.watch_app.open_experiment(message.id)

    def action_filter(self) -> None:
        """Ask for words."""
        field = self.query_one("#filter", Input)
        field.value = self.query_one(ExperimentTable).choice.words
        field.add_class("open")
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self._choose(words=event.value)

    def on_input_submitted(self) -> None:
        """Keep the filter, and go back to the table."""
        self.query_one("#filter", Input).remove_class("open")
        self.query_one(Body).focus()

    def action_clear(self) -> None:
        """Show everything again."""
        self._choose(words="")
        self.on_input_submitted()

    def action_sort(self) -> None:
        """Sort by the next column."""
        table = self.query_one(ExperimentTable)
        table.choose(table.choice.next_sort())

    def action_reverse(self) -> None:
        """Sort the other way."""
        table = self.query_one(ExperimentTable)
        table.choose(replace(table.choice, reverse=not table.choice.reverse))

    def _choose(self, *, words: str) -> None:
        table = self.query_one(ExperimentTable)
        table.choose(replace(table.choice, words=words))
        if self._frame is not None:
            self._name_table(table, self._frame)

    @property
    def chosen(self) -> str | None:
        """The experiment under the cursor."""
        line = self.query_one(Body).chosen
        return line.id if line is not None else None


def _as_written(text: str) -> str:
    """A border's title is markup: what a person typed must not be."""
    return text.replace("[", r"\[")


def _floor_key(frame: Frame) -> object:
    counts = frame.status.counts if frame.status is not None else None
    tally = (counts.kept, counts.discarded, counts.crashed) if counts is not None else None
    stand = [(line.id, line.node, line.measuring, line.asks) for line in frame.running]
    return frame.chart, tally, stand, frame.outside


def _curve_key(frame: Frame) -> object:
    """Equal for frames whose curves look the same: of many points a few more are not seen."""
    count = len(frame.finished)
    step = max(1, count // FINENESS)
    return count // step, step, frame.incumbents, frame.state, frame.run and frame.run.id
