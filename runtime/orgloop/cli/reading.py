"""What `log` and `show` share: the ledger of a lab, one of its runs, and safe output."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.errors import NotALab, UserError
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.ledger.plain import printable

NOT_YET = "This lab has not run yet: `orgloop run` starts it."


def open_ledger(lab: Path) -> Ledger | None:
    """The lab's ledger for reading; None where nothing ran yet.

    Raises :class:`~orgloop.errors.NotALab`, and :class:`~orgloop.errors.LedgerError` for a file
    that cannot be read.
    """
    path = ledger_path(lab)
    if path.is_file():
        return Ledger.read_only(path) if path.stat().st_size else None
    if not (lab / "task.md").is_file():
        raise NotALab(
            f"There is no lab in {lab.absolute()}: it holds no task.md.",
            hint="Name the lab's directory, or make one with `orgloop fork`.",
        )
    return None


def pick_run(ledger: Ledger, id: str | None) -> RunRow | None:
    """The run of this id, or the latest; None where there is none at all.

    Raises :class:`~orgloop.errors.UserError` for an id that is not there.
    """
    if id is None:
        return ledger.runs.latest()
    run = ledger.runs.get(id if id.startswith("r") else f"r{id}") or ledger.runs.get(id)
    if run is None:
        known = [row.id for row in ledger.runs.all()]
        listed = ", ".join(f"`{one}`" for one in known[-10:])
        raise UserError(
            f"There is no run `{id}` in this lab.",
            hint=f"There is {listed}." if known else "`orgloop run` starts the first.",
        )
    return run


def say(text: str) -> None:
    """Write a line to stdout; a character that it cannot show is replaced."""
    sys.stdout.write(printable(f"{text}\n", sys.stdout.encoding))


def remark(text: str) -> None:
    """Write a line to stderr, for people."""
    sys.stderr.write(printable(f"{text}\n", sys.stderr.encoding))
