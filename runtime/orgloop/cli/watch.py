"""`orgloop watch`: the terminal interface, or one look at a lab as text or as data."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from orgloop.cli.reading import open_ledger, pick_run, say
from orgloop.cli.shown import shown
from orgloop.cli.watching.doors import LabDoors
from orgloop.errors import UserError


def watch_command(
    lab: Path,
    *,
    run: str | None = None,
    once: bool = False,
    as_json: bool = False,
    web: bool = False,
    port: int | None = None,
) -> int:
    """Show a lab, running or not; exit status 0. Raises :class:`~orgloop.errors.UserError`."""
    pinned = _pinned(lab, run)
    if web:
        from orgloop.cli.watching.web import PORT, serve

        serve(lab, run=pinned, port=PORT if port is None else port)
        return 0
    # A run goes on without a terminal: this is the one way from the runtime to its interface.
    import orgloop_tui.start as start

    doors = LabDoors(lab)
    source = start.source_of(lab, doors, name=shown(lab), run=pinned)
    if as_json:
        say(start.one_frame_json(source))
        return 0
    if once:
        width = shutil.get_terminal_size((80, 24)).columns
        ascii_only = not _draws(sys.stdout.encoding)
        say(start.one_frame(source, width=width, ascii_only=ascii_only).rstrip("\n"))
        return 0
    # With a driver of its own, such as a browser's, Textual needs no terminal.
    if not ("TEXTUAL_DRIVER" in os.environ or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise UserError(
            "`orgloop watch` needs a terminal.",
            hint="`orgloop watch --once` prints one look as text, and `--json` as data.",
        )
    start.watch(source, doors)
    return 0


def _pinned(lab: Path, run: str | None) -> str | None:
    """The run that is asked for, by its full id; raises where there is none, or no lab."""
    ledger = open_ledger(lab)
    if ledger is None:
        if run is not None:
            raise UserError(
                f"There is no run `{run}` in this lab.", hint="`orgloop run` starts the first."
            )
        return None
    with ledger:
        row = pick_run(ledger, run)
        return row.id if run is not None and row is not None else None


def _draws(encoding: str | None) -> bool:
    """Whether an encoding has boxes and braille dots."""
    try:
        "╭▶⠒●".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
