"""How the interface is started: on a terminal, or for one frame as text or as data."""

from __future__ import annotations

import gc
import json
from pathlib import Path

from orgloop_tui.doors import Doors
from orgloop_tui.draw.page import page
from orgloop_tui.keys import own_keys
from orgloop_tui.model.data import as_data
from orgloop_tui.model.source import Source


def source_of(lab: Path, doors: Doors, *, name: str = "", run: str | None = None) -> Source:
    """The reader of a lab."""
    return Source(lab, name=name, run=run, alive=doors.alive, generation=doors.generation)


def one_frame(source: Source, *, width: int = 80, ascii_only: bool = False) -> str:
    """The lab now, as text."""
    try:
        return page(source.look(), width, ascii_only=ascii_only)
    finally:
        source.close()


def one_frame_json(source: Source) -> str:
    """The lab now, as one JSON object."""
    try:
        return json.dumps(as_data(source.look()))
    finally:
        source.close()


def watch(source: Source, doors: Doors) -> None:
    """Show the lab until the person quits. Raises UserError for keys that cannot be."""
    gc.disable()  # what is made until there is something to see stays; see `WatchApp`
    from orgloop_tui.app import WatchApp

    WatchApp(source, doors, keymap=own_keys()).run()
