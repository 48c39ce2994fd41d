"""One experiment: its case file as it grows, the change, the log and the measurements."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import ContentSwitcher, Markdown

from orgloop.errors import OrgloopError
from orgloop.ledger.numbers import change, measured
from orgloop.ledger.plain import one_line
from orgloop_tui.draw.change import change_rows
from orgloop_tui.draw.listing import STYLES
from orgloop_tui.draw.measuring import measuring_rows
from orgloop_tui.draw.spans import Row, Span, beside, fit, row
from orgloop_tui.model.dossier import Dossier, read_dossier
from orgloop_tui.model.frame import Frame
from orgloop_tui.model.line import ENDINGS, Line
from orgloop_tui.screens.about_one import AboutOne
from orgloop_tui.widgets.drawn import Drawn
from orgloop_tui.widgets.keys import Keys
from orgloop_tui.widgets.rows import VIM, Rows

EVERY = 1.0
"""Seconds between two looks at an experiment that goes on."""
PARTS = ("case", "diff", "log", "measured")


class Page(VerticalScroll, can_focus=True):
    """Scrolls the case file, with the keys of every page."""

    BINDINGS: ClassVar[list[BindingType]] = VIM


class ExperimentScreen(AboutOne):
    """Everything about one experiment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "part('case')", "Case", id="experiment.case"),
        Binding("2", "part('diff')", "Diff", id="experiment.diff"),
        Binding("3", "part('log')", "Log", id="experiment.log"),
        Binding("4", "part('measured')", "Measured", id="experiment.measured"),
        Binding("tab", "turn(1)", "Next part", show=False, id="experiment.next"),
        Binding("shift+tab", "turn(-1)", "Part before", show=False, id="experiment.before"),
        Binding("e", "edit", "Editor", id="experiment.edit"),
        Binding("n", "beside(1)", "Next experiment", show=False, id="experiment.newer"),
        Binding("N", "beside(-1)", "Experiment before", show=False, id="experiment.older"),
        Binding("escape,backspace", "app.pop_screen", "Back", id="experiment.back"),
    ]
    DEFAULT_CSS = """
    ExperimentScreen {
        #about { height: 3; padding: 0 1; background: $panel; }
        #parts { height: 1; padding: 0 1; }
        #body { height: 1fr; padding: 0 1; }
        Page { height: 1fr; scrollbar-size: 1 1; }
        Markdown { padding: 0; }
        MarkdownH1 { content-align: left middle; }
    }
    """

    def __init__(self, id: str) -> None:
        super().__init__()
        self.experiment = id
        self.dossier: Dossier | None = None
        self._part = PARTS[0]
        self._frame: Frame | None = None
        self._read_at = float("-inf")
        self._reading = False
        self._shown: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """What it is, the parts of which one is shown, the keys."""
        yield Drawn(self._about, id="about")
        yield Drawn(self._names, id="parts")
        with ContentSwitcher(initial="case", id="body"):
            with Page(id="case"):
                yield Markdown(id="page", open_links=False)
            yield Rows(id="diff")
            yield Rows(id="log", follow=True)
            yield Rows(id="measured")
        yield Keys()

    @property
    def chosen(self) -> str:
        """The experiment that is shown."""
        return self.experiment

    def on_mount(self) -> None:
        """The keys go to the page."""
        super().on_mount()
        self.query_one("#case").focus()

    def show_frame(self, frame: Frame) -> None:
        """Read it again where it may have changed; it is read on a thread."""
        self._frame = frame
        ended = self.dossier is not None and self.dossier.experiment.status != "running"
        due = time.monotonic() - self._read_at >= (10 * EVERY if ended else EVERY)
        if due and not self._reading and frame.run is not None:
            self._reading = True
            self.run_worker(self._read, thread=True, group="dossier", exit_on_error=True)

    def _read(self) -> None:
        frame, app = self._frame, self.watch_app
        assert frame is not None and frame.run is not None, "show_frame has seen both"
        try:
            found = read_dossier(app.source.lab, frame.run, self.experiment, app.doors.diff)
        except OrgloopError as error:
            app.call_from_thread(self._failed, str(error))
            return
        app.call_from_thread(self._show, found)

    def _failed(self, why: str) -> None:
        self._reading, self._read_at = False, time.monotonic()
        self.notify(why, severity="error", markup=False)

    def _show(self, dossier: Dossier | None) -> None:
        self._reading, self._read_at = False, time.monotonic()
        if dossier is None or not self.is_mounted:
            return
        self.dossier = dossier
        self.query_one("#about", Drawn).redraw()
        self.query_one("#parts", Drawn).redraw()
        if self._new("case", dossier.page):
            # Its heading stands above already.
            self.query_one("#page", Markdown).update(dossier.page.partition("\n")[2])
        if self._new("diff", dossier.diff):
            self.query_one("#diff", Rows).put(change_rows(dossier.diff))
        ended = dossier.experiment.status != "running"
        log = dossier.log or ("No output is kept." if ended else "No output yet.")
        if self._new("log", log):
            style = "" if dossier.log else "dim"
            lines = log.expandtabs(8).split("\n")
            self.query_one("#log", Rows).put([row(Span(line, style)) for line in lines])
        self._show_measured()

    def _new(self, part: str, text: str) -> bool:
        was, self._shown[part] = self._shown.get(part), text
        return was != text

    def _show_measured(self) -> None:
        if self.dossier is not None:
            width = max(40, self.size.width - 4)
            rows = measuring_rows(self.dossier.experiment, self.dossier.measurements, width)
            self.query_one("#measured", Rows).put(rows)

    def on_resize(self) -> None:
        """Another width is another picture."""
        self._show_measured()

    def _about(self, width: int, height: int) -> list[Row]:
        del height
        if self.dossier is None:
            return [row(Span(self.experiment, "title bold"))]
        found = self.dossier.experiment
        title = one_line(found.title, 200) or "(no title yet)"
        word = "overruled" if found.overruled else ENDINGS.get(found.status, found.status)
        style = "overruled" if found.overruled else STYLES.get(found.status, "")
        first = beside(
            row(Span(f"{found.id}  ", "name bold"), Span(title, "title bold")),
            row(Span(word, f"{style} bold")),
            width,
        )
        spans: list[Span] = []
        if found.value is not None:
            spans.append(Span(measured(found.value, found.stderr), "best bold"))
        if found.gain is not None:
            spans.append(Span(f"  gain {change(found.gain, found.gain_stderr)}", style))
        chance = found.verdict.get("p_better")
        if isinstance(chance, float):
            spans.append(Span(f"  better with probability {chance:.2f}", "dim"))
        if not spans:
            spans.append(Span("no value yet" if found.status == "running" else "no value", "dim"))
        third = one_line(found.reason, 400) or self._stands()
        commit = Span(f"g{found.generation}  {(found.commit or 'no commit')[:10]}", "dim")
        return [first, beside(tuple(spans), row(commit), width), fit(row(Span(third)), width)]

    def _stands(self) -> str:
        running = self._frame.running if self._frame is not None else ()
        line = next((line for line in running if line.id == self.experiment), None)
        return f"now: {line.where}" if line is not None else ""

    def _names(self, width: int, height: int) -> list[Row]:
        del height
        spans: list[Span] = []
        for at, part in enumerate(PARTS, 1):
            here = part == self._part
            spans.append(Span(f" {at} {part} ", "cursor bold" if here else "dim"))
            spans.append(Span(" "))
        return [fit(tuple(spans), width)]

    def action_part(self, part: str) -> None:
        """Show one part."""
        self._part = part
        self.query_one("#body", ContentSwitcher).current = part
        self.query_one(f"#{part}").focus()
        self.query_one("#parts", Drawn).redraw()

    def action_turn(self, step: int) -> None:
        """Show the part beside this one."""
        self.action_part(PARTS[(PARTS.index(self._part) + step) % len(PARTS)])

    def action_beside(self, step: int) -> None:
        """Go to the experiment that began after this one, or before it."""
        if self._frame is None:
            return
        lines: list[Line] = [*self._frame.finished, *self._frame.running]
        ids = sorted(line.id for line in lines)
        place = ids.index(self.experiment) + step if self.experiment in ids else -1
        if 0 <= place < len(ids):
            part = self._part
            screen = ExperimentScreen(ids[place])
            self.app.switch_screen(screen)
            screen.call_after_refresh(screen.action_part, part)

    def action_edit(self) -> None:
        """Open what is shown in the person's editor, as a copy."""
        if self.dossier is None:
            return
        texts = {"diff": ("diff", self.dossier.diff), "log": ("txt", self.dossier.log)}
        ending, text = texts.get(self._part, ("md", self.dossier.page))
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        with tempfile.TemporaryDirectory(prefix="orgloop-") as folder:
            path = Path(folder, f"{self.experiment}.{ending}")
            path.write_text(text + "\n", encoding="utf-8")
            try:
                with self.app.suspend():
                    subprocess.run([*command, str(path)], check=False)
            except OSError as error:
                why = f"The editor `{command[0]}` cannot be started: {error.strerror}."
                hint = "Set $EDITOR to one that is installed."
                self.notify(f"{why} {hint}", severity="error", markup=False)
        self.app.refresh()
