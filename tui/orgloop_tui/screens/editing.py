"""The organization's files between three places: the disk, the editor, and where edits are kept.

A screen that edits them says how they are shown; what is here reads, checks and keeps them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from orgloop_tui.model.checking import Checked, Files, check, read_files, stamp_of
from orgloop_tui.model.kept import KeptEdit, keep, read_kept
from orgloop_tui.screens.asked import Asked, Choice
from orgloop_tui.screens.watching import Watching

PERIOD = 1.0
"""Seconds between two looks at the files on disk."""
PAUSE = 0.15
"""Seconds without a key after which what was typed is checked, and kept."""
NOT_YET = Checked()


class Editing(Watching):
    """Edits live in the app's drafts, and beside the ledger until they are saved or dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = NOT_YET
        self._stamp: object = None
        self._offered: Mapping[str, KeptEdit] | None = None
        """What was kept at another time and is not decided on; None before it was looked for."""

    def changed_on_disk(self, paths: Sequence[str]) -> None:
        """These files show another text now, or are gone."""

    def taken_up(self, paths: Sequence[str]) -> None:
        """Edits of another time are in the drafts now."""

    def show_checked(self) -> None:
        """There is another :attr:`checked`."""

    def follow(self) -> None:
        """Read the files, and go on looking at them."""
        self._look()
        self.set_interval(PERIOD, self._look)

    def check_soon(self) -> None:
        """Check what is edited, and keep it, once the keys rest."""
        lab, texts = self.watch_app.source.lab, self.watch_app.drafts.texts()

        async def wait() -> None:
            from asyncio import sleep, to_thread

            await sleep(PAUSE)
            self.keep_now()
            self.found(await to_thread(check, lab, texts))

        self.run_worker(wait(), group="check", exclusive=True, exit_on_error=True)

    def keep_now(self) -> None:
        """Keep what is not saved, and what is not decided on."""
        if self._offered is not None:
            edits = {**self._offered, **self.watch_app.drafts.unsaved_edits()}
            with contextlib.suppress(OSError):  # where nothing can be written, nothing can be saved
                keep(self.watch_app.source.lab, edits)

    def found(self, checked: Checked) -> None:
        """Show what checking has found."""
        if self.is_mounted:
            self.checked = checked
            self.show_checked()

    def _look(self) -> None:
        lab, before, first = self.watch_app.source.lab, self._stamp, self._offered is None

        def look() -> None:
            stamp = stamp_of(lab)
            if stamp != before:
                files, kept = read_files(lab), read_kept(lab) if first else {}
                self.app.call_from_thread(self._take, files, stamp, kept)

        self.run_worker(look, thread=True, group="files", exclusive=True, exit_on_error=True)

    def _take(self, files: Files, stamp: object, kept: Mapping[str, KeptEdit]) -> None:
        if not self.is_mounted:
            return
        self._stamp = stamp
        drafts = self.watch_app.drafts
        others = drafts.seen(files.own, files.whole)
        if self._offered is None:
            own = drafts.unsaved
            self._offered = {
                path: edit
                for path, edit in kept.items()
                if path not in own and drafts.differs(path, edit)
            }
            if not own:
                self._offer(self._offered)
        self.changed_on_disk(others)
        if others or self.checked is NOT_YET:
            self.check_soon()

    def _offer(self, kept: Mapping[str, KeptEdit]) -> None:
        """Ask what is to become of edits that were not saved when the interface ended."""
        if not kept:
            return

        def then(answer: str | None) -> None:
            if not answer:
                return  # asked again when the screen is opened again
            self._offered = {}
            if answer == "take":
                for path, edit in kept.items():
                    self.watch_app.drafts.take_up(path, edit)
                self.taken_up(list(kept))
            self.check_soon()

        said = f"Edits that were not saved when this was last closed: {', '.join(kept)}."
        choices = [Choice("t", "Take them up", "take"), Choice("d", "Drop them", "drop")]
        self.app.push_screen(Asked(said, choices), then)
