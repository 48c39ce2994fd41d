"""What all screens share: they are told of each new frame, and a person steers from any."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen

from orgloop.errors import OrgloopError
from orgloop.ledger import QuestionRow
from orgloop.ledger.verbs import BUDGET
from orgloop_tui.keys import keys_path
from orgloop_tui.model.budgets import asked_budget, bounded
from orgloop_tui.model.frame import Frame
from orgloop_tui.screens.dialogs import Answer, Sure, Words
from orgloop_tui.screens.help import Help

if TYPE_CHECKING:
    from orgloop_tui.app import WatchApp


class Watching(Screen[None]):
    """A screen that follows the run, with the keys that steer it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "Pause or resume", show=False, id="run.pause"),
        Binding("x", "stop", "Stop the run", show=False, id="run.stop"),
        Binding("X", "stop_now", "Stop the run at once", show=False, id="run.stop_now"),
        Binding("B", "budget", "Raise the budget", show=False, id="run.budget"),
        Binding("t", "tell", "Tell", id="run.tell"),
        Binding("a", "answer", "Answer a question", show=False, id="run.answer"),
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
    ]

    @property
    def watch_app(self) -> WatchApp:
        """The app, by its own type."""
        return cast("WatchApp", self.app)

    def on_mount(self) -> None:
        """Show what is known already."""
        if self.watch_app.frame is not None:
            self.show_frame(self.watch_app.frame)

    def show_frame(self, frame: Frame) -> None:
        """A new look at the lab."""

    def do(self, work: Callable[[], str]) -> None:
        """Do what a person asked for on a thread, and say what came of it."""

        def worker() -> None:
            app = self.watch_app
            try:
                said = work()
            except OrgloopError as error:
                app.call_from_thread(app.notify, str(error), severity="error", markup=False)
                return
            app.look_now()
            if said:
                app.call_from_thread(app.notify, said, markup=False)

        self.run_worker(worker, thread=True, group="asked", exit_on_error=True)

    def action_pause(self) -> None:
        """Pause what goes on, resume what is paused."""
        frame = self.watch_app.frame
        verb = "resume" if frame is not None and frame.state == "paused" else "pause"
        self.do(lambda: self.watch_app.doors.ask(verb))

    def action_stop(self) -> None:
        """Stop when what is on the bench has finished."""
        self._sure("stop", "Stop", "What is on the bench is finished first. Stop the run?")

    def action_stop_now(self) -> None:
        """Stop at once."""
        about = "What is on the bench is cut off, and begun again by `orgloop run`. Stop now?"
        self._sure("stop-now", "Stop at once", about)

    def _sure(self, verb: str, title: str, about: str) -> None:
        def then(yes: bool | None) -> None:
            if yes:
                self.do(lambda: self.watch_app.doors.ask(verb))

        self.app.push_screen(Sure(title, about), then)

    def steers(self) -> bool:
        """Whether the run that is shown is the latest; says so where it is another."""
        frame = self.watch_app.frame
        latest = frame.runs[-1].id if frame is not None and frame.runs else None
        if frame is None or frame.run is None or frame.run.id == latest:
            return True
        self.notify(f"Run {latest} came after this one: only that can be steered.")
        return False

    def action_budget(self) -> None:
        """Raise what bounds the run."""
        if not self.steers():
            return
        frame = self.watch_app.frame
        limits = bounded(frame.budget) if frame is not None else ""
        if not limits:
            self.notify("This run has no budget: it goes on until it is stopped.")
            return

        def then(text: str | None) -> None:
            if text:
                self.do(lambda: self.watch_app.doors.ask(BUDGET, None, **asked_budget(text)))

        about = "Of the whole run. What is named is raised; leave out what shall stay."
        self.app.push_screen(Words("Raise the budget", about, value=limits), then)

    def action_tell(self) -> None:
        """Leave a message; ``pi: ...`` is for one role."""
        frame = self.watch_app.frame
        roles: set[str] = set()
        if frame is not None and frame.chart is not None:
            roles = {*frame.chart.flow.nodes, *(name for name, _ in frame.chart.cadence)}

        def then(text: str | None) -> None:
            if text:
                role, colon, rest = text.partition(":")
                to = role.strip() if colon and role.strip() in roles else None
                said = rest.strip() if to else text
                self.do(lambda: self.watch_app.doors.tell(said, to) or "Told.")

        about = "The role that reads next is told. Begin with `role:` to tell one alone."
        self.app.push_screen(Words("Tell", about), then)

    def action_answer(self) -> None:
        """Answer what waits longest."""
        frame = self.watch_app.frame
        questions = frame.status.questions if frame is not None and frame.status else ()
        waiting = [row for row in questions if row.state == "open"]
        if not waiting:
            self.notify("Nobody waits for an answer.")
            return
        row, app = waiting[0], self.watch_app

        def fetch() -> str:
            page = app.doors.question(row)
            app.call_from_thread(self._answer, row, page)
            return ""

        self.do(fetch)

    def _answer(self, row: QuestionRow, page: str) -> None:
        def then(given: tuple[str | None, str] | None) -> None:
            if given is not None:
                decision, note = given
                self.do(lambda: self.watch_app.doors.answer(row, decision, note, ""))

        title = f"{row.name}: {row.node} in {row.experiment}"
        self.app.push_screen(Answer(title, page, row.decisions), then)

    def action_help(self) -> None:
        """Every key that works here."""
        keys: dict[str, tuple[list[str], str, str]] = {}
        for active in self.active_bindings.values():
            binding = active.binding
            if binding.description and binding.id:
                held = keys.setdefault(binding.action, ([], binding.description, binding.id))
                held[0].append(self.app.get_key_display(binding))
        found = [(" ".join(shown), does, name) for shown, does, name in keys.values()]
        self.app.push_screen(Help(found, str(keys_path())))
