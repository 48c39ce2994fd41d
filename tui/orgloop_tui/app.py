"""The application: one reader on a thread of its own, and screens that show its frames.

Screens beyond the floor are imported as they are opened, so that the floor is there sooner.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from orgloop_tui.doors import Doors
from orgloop_tui.hangup import Line
from orgloop_tui.model.drafts import Drafts
from orgloop_tui.model.frame import GOING, Frame
from orgloop_tui.model.kept import keep
from orgloop_tui.model.source import Source
from orgloop_tui.screens.asked import Asked, Choice
from orgloop_tui.screens.floor import Floor
from orgloop_tui.screens.watching import Watching
from orgloop_tui.theme import DARK, LIGHT, THEMES

PERIOD = 0.25
"""Seconds between two looks at a run that goes on, at least."""
IDLE_PERIOD = 1.0
"""Seconds between two looks at one that has ended, and at most."""
SHARE = 0.06
"""Of one core that following a run may take: the run beside it needs them more."""


_MOVES = ("table.", "page.", "sheet.")


class WatchApp(App[None]):
    """Shows a lab. It reads; what a person asks for goes through :class:`Doors`."""

    TITLE = "Orgloop"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "organization", "Organization", id="app.organization"),
        Binding("v", "generations", "Generations", id="app.generations"),
        Binding("R", "runs", "Runs", id="app.runs"),
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+q", "quit", "Quit", show=False, system=True),
    ]
    CSS = """
    Footer { background: $panel; }
    """

    class FrameRead(Message):
        """The reader has looked."""

        def __init__(self, frame: Frame) -> None:
            super().__init__()
            self.frame = frame

    class HungUp(Message):
        """The terminal is gone."""

    def __init__(
        self, source: Source, doors: Doors, *, keymap: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.source = source
        self.doors = doors
        self.frame: Frame | None = None
        self.drafts = Drafts()
        self._hasty = True
        self._line = Line()
        self._over = threading.Event()
        self._wake = threading.Event()
        for theme in THEMES:
            self.register_theme(theme)
        wanted = os.environ.get("TEXTUAL_THEME", "")
        own = (LIGHT if _light_terminal() else DARK).name
        # Textual has read it as well, but before there were any themes of ours.
        self.theme = own
        if wanted in self.available_themes:
            self.theme = wanted
        if keymap:
            self.set_keymap(dict(keymap))

    def get_default_screen(self) -> Screen[None]:
        """The floor."""
        return Floor()

    def on_mount(self) -> None:
        """Begin to read."""
        self.run_worker(self._read, thread=True, name="reader", exit_on_error=True)

    def on_unmount(self) -> None:
        """Let the reader end."""
        self._over.set()
        self._wake.set()

    def look_now(self) -> None:
        """Look at once, and not when it is time: something was written just now."""
        self._wake.set()

    def _read(self) -> None:
        """The reader: looks a few times a second until the app ends. Touches no widget."""
        worker = get_current_worker()
        before = time.process_time()
        try:
            while not (self._over.is_set() or worker.is_cancelled):
                frame = self.source.look(hasty=self._hasty)
                self._hasty = False
                self.post_message(self.FrameRead(frame))
                if self._line.hung_up:
                    self.post_message(self.HungUp())
                # What was painted since the last look counts, keys included.
                used, before = time.process_time() - before, time.process_time()
                going = frame.state in (*GOING, "baseline", "none")
                pause = min(IDLE_PERIOD, max(PERIOD, used / SHARE))
                self._wake.wait(pause if going else IDLE_PERIOD)
                self._wake.clear()
        finally:
            self.source.close()

    def on_watch_app_frame_read(self, message: FrameRead) -> None:
        """Hand the frame to every screen that is open."""
        if self.frame is None and not gc.isenabled():
            self.call_after_refresh(_settle)
        self.frame = message.frame
        if not self.is_running:
            return  # the screens are being taken down
        for screen in self.screen_stack:
            if isinstance(screen, Watching) and screen.is_mounted:
                screen.show_frame(message.frame)

    def on_watch_app_hung_up(self) -> None:
        """Nobody is there to see it."""
        self.exit()

    def open_experiment(self, id: str) -> None:
        """Show one experiment."""
        from orgloop_tui.screens.experiment import ExperimentScreen

        self.push_screen(ExperimentScreen(id))

    def action_organization(self) -> None:
        """Show the files of the organization."""
        from orgloop_tui.screens.organization import Organization

        self._go_to(Organization)

    def action_generations(self) -> None:
        """Show how the organization changed."""
        from orgloop_tui.screens.generations import Generations

        self._go_to(Generations)

    def action_runs(self) -> None:
        """Show the runs of the lab."""
        from orgloop_tui.screens.runs import Runs

        self._go_to(Runs)

    def _go_to(self, kind: type[Screen[None]]) -> None:
        """Show a screen of this kind above the floor; there is only ever one."""
        if isinstance(self.screen, kind):
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(kind())

    async def action_quit(self) -> None:
        """Quit; where something is not saved, only when a person says so."""
        unsaved = self.drafts.unsaved
        if not unsaved:
            self.exit()
            return
        said = f"Not saved: {', '.join(unsaved)}."
        choices = [Choice("x", "Quit without saving", "quit")]

        def then(answer: str | None) -> None:
            if answer == "quit":
                with suppress(OSError):
                    keep(self.source.lab, {})
                self.exit()

        await self.push_screen(Asked(said, choices), then)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that has a key here, and Textual's own."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            # Textual's own have no id; and nobody moves a cursor by looking for how to.
            if not binding.id or binding.id.startswith(_MOVES) or binding.action in seen:
                continue
            seen.add(binding.action)
            yield SystemCommand(
                binding.description,
                f"Key {self.get_key_display(binding)}",
                lambda action=binding.action, node=active.node: self.call_later(
                    self.run_action, action, node
                ),
            )
        yield from super().get_system_commands(screen)


def _settle() -> None:
    """Collect garbage again, but never look through what is there by now.

    Modules, widgets and a long history stay, and looking through them takes a tenth of a second,
    at the start and at a key ever after.
    """
    gc.freeze()
    gc.enable()


def _light_terminal() -> bool:
    """Whether the terminal says that its background is light (``COLORFGBG``, as rxvt sets it)."""
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return ground in ("7", "15")
