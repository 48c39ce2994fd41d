"""`orgloop run --tui`: the run in a process of its own, and the interface beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from orgloop.cli.running import is_running
from orgloop.cli.shown import argument, program
from orgloop.cli.watch import watch_command
from orgloop.errors import LabBusy, UserError

BEGINS_S = 30.0
"""Seconds within which a run has the lab, or has said why not."""
_POLL_S = 0.05


def run_and_watch(lab: Path, arguments: Sequence[str]) -> int:
    """Start `orgloop` with ``arguments``, and watch; the run outlives the interface.

    Returns the run's exit status where it ended before there was anything to watch. Raises
    :class:`~orgloop.errors.UserError` without a terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError(
            "`orgloop run --tui` needs a terminal.", hint="Leave out --tui: the run is the same."
        )
    if is_running(lab):
        raise LabBusy(
            "A process runs this lab already.", hint=f"`{program()} watch` shows it as it goes on."
        )
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:  # a pipe would end with this
        return _both(lab, arguments, said)


def _both(lab: Path, arguments: Sequence[str], said: IO[str]) -> int:
    child = subprocess.Popen(
        [sys.executable, "-c", "from orgloop.cli import main; main()", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
    )
    until = time.monotonic() + BEGINS_S
    while child.poll() is None and not is_running(lab) and time.monotonic() < until:
        time.sleep(_POLL_S)
    if child.poll():
        said.seek(0)
        sys.stderr.write(said.read())
        return child.returncode
    watch_command(lab)
    if is_running(lab):
        where = "" if lab == Path() else f" {argument(lab)}"
        print(
            f"The run goes on. `{program()} watch{where}` shows it, "
            f"`{program()} stop{where}` ends it.",
            file=sys.stderr,
        )
    return 0
