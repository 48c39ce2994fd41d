"""Notices saves of `org/`, `roles/` and `task.md`, and tells the event loop once they settle.

watchdog reports an atomic save as a move and a mere read as an event too, so what counts is the
path that something was written to. Editors write a file in several strokes; a save is passed on
when nothing has followed it for a moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

SETTLED = 0.15
"""Seconds of quiet after which a save is taken as finished."""
_WRITES = frozenset({"created", "modified", "moved", "deleted", "closed"})


class Watcher(FileSystemEventHandler):
    """Calls ``on_save`` on the event loop after each burst of writes to the lab's Markdown.

    A lab without `org/` or `roles/` is watched, too: they may come.
    """

    def __init__(self, root: Path, on_save: Callable[[], None]) -> None:
        self._root = root
        self._on_save = on_save
        self._loop = asyncio.get_running_loop()
        self._settling: asyncio.TimerHandle | None = None
        self._watched: set[Path] = set()
        self._observer: BaseObserver = Observer()
        self._observer.schedule(self, str(root), recursive=False)
        self._watch_folders()
        self._observer.start()

    def close(self) -> None:
        """Stop watching."""
        if self._settling is not None:
            self._settling.cancel()
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called by watchdog, on its own thread."""
        if event.event_type not in _WRITES:
            return
        paths = (str(event.src_path), str(event.dest_path))
        if any(path and self._concerns(Path(path)) for path in paths):
            self._loop.call_soon_threadsafe(self._settle)

    def _concerns(self, path: Path) -> bool:
        try:
            parts = path.relative_to(self._root).parts
        except ValueError:
            return False
        return parts == ("task.md",) or (bool(parts) and parts[0] in ("org", "roles"))

    def _settle(self) -> None:
        self._watch_folders()
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self._loop.call_later(SETTLED, self._on_save)

    def _watch_folders(self) -> None:
        for folder in (self._root / "org", self._root / "roles"):
            if folder.is_dir() and folder not in self._watched:
                self._observer.schedule(self, str(folder), recursive=True)
                self._watched.add(folder)
            elif not folder.is_dir():
                self._watched.discard(folder)
