"""What a person can ask about one experiment, from wherever one is in sight."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from orgloop.ledger.verbs import AGAIN, OVERRULE, STOP, VETO
from orgloop_tui.screens.dialogs import Words
from orgloop_tui.screens.watching import Watching


class AboutOne(Watching):
    """A screen on which one experiment is chosen, with the keys for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "stop_one", "Stop this experiment", show=False, id="experiment.stop"),
        Binding("m", "again", "Measure again", show=False, id="experiment.again"),
        Binding("V", "veto", "Veto", show=False, id="experiment.veto"),
        Binding("O", "overrule", "Overrule", show=False, id="experiment.overrule"),
    ]

    @property
    def chosen(self) -> str | None:
        """The experiment that is meant; None where there is none."""
        return None

    def action_stop_one(self) -> None:
        """End it: it is discarded with the reason."""
        about = "Its training run is ended, and it is discarded. Why? (may be left empty)"
        self._with_reason(STOP, "Stop", about, empty=True)

    def action_again(self) -> None:
        """Have it measured so many times more."""
        if (id := self._meant()) is None:
            return

        def then(text: str | None) -> None:
            if text and text.isascii() and text.isdigit():
                self.do(lambda: self.watch_app.doors.ask(AGAIN, id, times=int(text)))
            elif text:
                self.notify("That is no number of times.", severity="error")

        about = "On fresh seeds. A verdict that was given stands. How many times?"
        self.app.push_screen(Words(f"Measure {id} again", about, value="1"), then)

    def action_veto(self) -> None:
        """Say no to it: in flight it is discarded, kept it is taken back."""
        about = "It is discarded; the latest keep is taken back. Why? It goes on record."
        self._with_reason(VETO, "Veto", about)

    def action_overrule(self) -> None:
        """Keep a discard against the referee."""
        about = "It is measured on the incumbent, kept there, and never claimed as progress. Why?"
        self._with_reason(OVERRULE, "Overrule", about)

    def _meant(self) -> str | None:
        """The chosen experiment; None, and a word on it, where nothing can be asked about it."""
        if self.chosen is None:
            self.notify("No experiment is chosen.")
            return None
        return self.chosen if self.steers() else None

    def _with_reason(self, verb: str, title: str, about: str, *, empty: bool = False) -> None:
        if (id := self._meant()) is None:
            return

        def then(reason: str | None) -> None:
            if reason is not None:
                given: dict[str, object] = {"reason": reason} if reason else {}
                self.do(lambda: self.watch_app.doors.ask(verb, id, **given))

        self.app.push_screen(Words(f"{title} {id}", about, empty=empty), then)
