"""Whether an answer is one: the decision is offered, the note says something, the role may edit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orgloop.cli.people.edits import Edited, from_desk, from_patch
from orgloop.errors import UserError
from orgloop.ledger import ExperimentRow, Ledger, QuestionRow
from orgloop.ledger.plain import headline, one_line
from orgloop.problems import did_you_mean
from orgloop.task import Task

if TYPE_CHECKING:
    from orgloop.repo import LabRepo


@dataclass(frozen=True, slots=True)
class Given:
    """What a person typed, None where nothing."""

    decision: str | None = None
    note: str | None = None
    title: str | None = None
    patch: Path | None = None
    again: bool = False
    """They know that the change is a repeat, and mean it."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing that could be an answer."""
        return self.decision is None and self.note is None and self.patch is None


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that can be recorded."""

    decision: str | None
    note: str
    title: str | None
    edited: Edited


def check_decision(row: QuestionRow, decision: str | None) -> str | None:
    """The decision; raises UserError for one that is not offered, and where one is missing."""
    if not row.decisions:
        if decision is not None:
            raise UserError(
                f"`{row.node}` has nothing to decide in the chart.",
                hint="Leave out --decision, and say it with --note.",
            )
        return None
    if decision is None:
        raise UserError(
            f"`{row.name}` asks for a decision.",
            hint=f"Say --decision with one of: {', '.join(row.decisions)}.",
        )
    if decision not in row.decisions:
        raise UserError(
            f"`{decision}` is no decision of `{row.node}`.",
            hint=f"{did_you_mean(decision, row.decisions)} There are: {', '.join(row.decisions)}.",
        )
    return decision


def check_reply(
    ledger: Ledger, repo: LabRepo, task: Task, row: QuestionRow, given: Given
) -> Checked:
    """The answer as it will be recorded; raises UserError with what is wrong with it."""
    decision = check_decision(row, given.decision)
    edited = _edits(repo, task, row, given)
    note = (given.note or "").strip()
    if not note and not edited.edits and decision is None:
        raise UserError(
            f"`{row.name}` asks for a note.", hint="Say it with --note, or with --editor."
        )
    if given.title is not None and not one_line(given.title):
        raise UserError("The title is empty.", hint="Leave out --title, or say what is tried.")
    title = given.title
    if title is None and edited.edits and note:
        title = headline(note)
    if not note:
        changed = ", ".join(f"`{path}`" for path in sorted(edited.edits))
        note = one_line(title or "") or (f"{decision}." if decision else f"Changed {changed}.")
    if edited.edits and not given.again:
        _refuse_repeat(ledger, repo, row, edited.commit)
    return Checked(decision, note, title, edited)


def _edits(repo: LabRepo, task: Task, row: QuestionRow, given: Given) -> Edited:
    if not row.may_edit:
        if given.patch is not None:
            raise UserError(
                f"`{row.node}` cannot edit: its tools do not include `Edit`.",
                hint="Say in the note what should be changed.",
            )
        return Edited({}, row.commit)
    edited = from_desk(repo, task, row)
    if given.patch is None:
        return edited
    if edited.edits:
        raise UserError(
            "There are two changes: the patch, and what was edited in the question's directory.",
            hint=f"Apply the patch there, or remove .orgloop/desks/{row.name}.",
        )
    return from_patch(repo, task, row, given.patch)


def _refuse_repeat(ledger: Ledger, repo: LabRepo, row: QuestionRow, commit: str) -> None:
    experiment = ledger.experiments.get(row.run, row.experiment)
    if experiment is None or commit == experiment.base:
        return
    fingerprint = repo.gist(experiment.base, commit).fingerprint
    others = ledger.lookalikes.with_fingerprint(row.run, fingerprint, row.experiment)
    if others:
        raise UserError(
            f"This change is the one of {_short(others[0])}.",
            hint="Change something else, or say --again if you mean to measure it once more.",
        )


def _short(row: ExperimentRow) -> str:
    how = (
        "going on now" if row.status == "running" else f"{row.status}: {one_line(row.reason, 160)}"
    )
    return f"{row.id} ({how})"
