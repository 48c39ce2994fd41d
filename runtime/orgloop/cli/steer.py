"""What a person asks of a lab that runs in another process: rows in the ledger."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from orgloop.cli.running import is_running
from orgloop.cli.shown import shown
from orgloop.errors import NotALab, UserError
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.ledger.verbs import in_words

STARTS = "`orgloop run` starts it."


def ask_command(lab: Path, verb: str) -> int:
    """Leave ``verb`` for the running lab, and say so; see :func:`ask`."""
    print(ask(lab, verb), file=sys.stderr)
    return 0


def ask(
    lab: Path, verb: str, *, experiment: str | None = None, args: Mapping[str, object] | None = None
) -> str:
    """Leave ``verb`` for the running lab, which looks a few times a second; says what was asked.

    Raises :class:`~orgloop.errors.UserError` where no process runs the lab: nobody would read it.
    """
    with open_for_writing(lab) as ledger:
        run = ledger.runs.latest()
        if run is None:
            raise UserError(f"This lab has not run yet: nothing to {in_words(verb)}.", hint=STARTS)
        if not is_running(lab):
            raise UserError(not_running(run, verb), hint="`orgloop run` goes on with it.")
        ledger.commands.ask(verb, args, run=run.id, experiment=experiment)
    about = f" {experiment}" if experiment else ""
    return f"Asked the lab in {shown(lab)} to {in_words(verb)}{about}."


def require_run(why: str | None) -> None:
    """Raise UserError where a reason was given to stop a run: only an experiment's is kept."""
    if why is not None:
        raise UserError(
            "A reason is kept with an experiment, and none is named.",
            hint='Name one, as in `orgloop stop e0007 "why"`, or leave the reason out.',
        )


def not_running(run: RunRow, verb: str) -> str:
    """Why nobody can be asked, in a sentence."""
    if run.state in ("stopped", "finished"):
        return f"Run {run.id} has {run.state}: nothing to {in_words(verb)}."
    return f"No process runs this lab: run {run.id} was {run.state} when it was cut off."


def open_for_writing(lab: Path) -> Ledger:
    """The ledger of a lab that has run; raises UserError where there is none."""
    path = ledger_path(lab)
    if path.is_file():
        return Ledger.open(path)
    if not (lab / "task.md").is_file():
        raise NotALab(
            f"There is no lab in {lab.absolute()}: it holds no task.md.",
            hint="Name the lab's directory, or make one with `orgloop fork`.",
        )
    raise UserError("This lab has not run yet.", hint=STARTS)
