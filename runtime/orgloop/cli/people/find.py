"""The question that a person means, and the ones that there are."""

from __future__ import annotations

import re
from pathlib import Path

from orgloop.cli.reading import open_ledger, pick_run
from orgloop.errors import UserError
from orgloop.ledger import Ledger, QuestionRow, RunRow

NOTHING = "Nothing waits for a person."
_ID = re.compile(r"[qQ]?(\d{1,9})")
_EXPERIMENT = re.compile(r"[eE]\d{1,9}")


def is_id(word: str) -> bool:
    """Whether ``word`` names a question or an experiment, and not a lab."""
    named = _ID.fullmatch(word) or _EXPERIMENT.fullmatch(word)
    return named is not None and not (Path(word) / "task.md").is_file()


def is_experiment(word: str) -> bool:
    """Whether ``word`` names an experiment (``e0007``), and not a lab."""
    return _EXPERIMENT.fullmatch(word) is not None and not (Path(word) / "task.md").is_file()


def opened(lab: Path) -> tuple[Ledger, RunRow]:
    """The lab's ledger for reading, and its latest run; raises UserError where there is none."""
    ledger = open_ledger(lab)
    run = None if ledger is None else pick_run(ledger, None)
    if ledger is None or run is None:
        raise UserError(
            "This lab has not run yet: nobody was asked.", hint="`orgloop run` starts it."
        )
    return ledger, run


def find(ledger: Ledger, run: RunRow, word: str) -> QuestionRow:
    """The question by its number (``q3``, ``3``), or the one open question of an experiment.

    Raises :class:`~orgloop.errors.UserError` where there is none that can be answered.
    """
    waiting = ledger.questions.waiting(run.id)
    if _EXPERIMENT.fullmatch(word):
        own = [row for row in waiting if row.experiment == f"e{int(word[1:]):04d}"]
        if len(own) == 1:
            return own[0]
        if own:
            raise UserError(
                f"{len(own)} questions of `{word}` wait.", hint=f"Say which: {_listed(own)}."
            )
        raise UserError(f"No question of `{word}` waits.", hint=_what_waits(waiting))
    named = _ID.fullmatch(word)
    row = ledger.questions.get(int(named[1])) if named else None
    if row is None:
        raise UserError(f"There is no question `{word}`.", hint=_what_waits(waiting))
    if row.run != run.id:
        raise UserError(f"`{row.name}` was asked in run {row.run}, which is over.")
    if not row.waits:
        said = f"`{row.decision}`" if row.decision else "a note"
        by = f" by {row.by}" if row.by else ""
        if row.answered is None:
            raise UserError(f"`{row.name}` is no longer asked.", hint=_what_waits(waiting))
        raise UserError(
            f"`{row.name}` was answered already{by}: {said}.", hint=_what_waits(waiting)
        )
    return row


def _what_waits(waiting: list[QuestionRow]) -> str:
    return f"These wait: {_listed(waiting)}." if waiting else NOTHING


def _listed(rows: list[QuestionRow]) -> str:
    shown = ", ".join(f"`{row.name}` ({row.node} in {row.experiment})" for row in rows[:6])
    return shown + (f" and {len(rows) - 6} more" if len(rows) > 6 else "")
