"""`orgloop answer`: list what waits, show one question, answer it."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import replace
from pathlib import Path

from orgloop.cli.differ import differ
from orgloop.cli.people.find import find, is_id, opened
from orgloop.cli.people.listing import as_data, list_command
from orgloop.cli.people.page import page
from orgloop.cli.people.prompt import at_a_terminal, prompted
from orgloop.cli.people.reply import Checked, Given, check_decision, check_reply
from orgloop.cli.reading import remark, say
from orgloop.cli.running import is_running
from orgloop.cli.shown import argument, program
from orgloop.errors import UserError
from orgloop.ledger import Ledger, QuestionRow, RunRow, ledger_path
from orgloop.task import Task


def answer_command(
    what: str | None,
    lab: Path,
    given: Given,
    *,
    editor: bool = False,
    brief: bool = False,
    as_json: bool = False,
) -> int:
    """List, where ``what`` is left out or a lab; show or answer, where it is a question.

    Raises :class:`~orgloop.errors.UserError`; the exit code is 0 otherwise.
    """
    if what is not None and not is_id(what):
        if not Path(what).is_dir():
            raise UserError(
                f"`{what}` is neither a question nor a lab.",
                hint="Questions are called `q1`, `q2`, ...; `orgloop answer` lists them.",
            )
        lab, what = Path(what), None
    if what is None:
        if not given.nothing or editor or brief:
            raise UserError(
                "It is not said which question.", hint=f"`{program()} answer` lists what waits."
            )
        return list_command(lab, as_json=as_json)
    ledger, run = opened(lab)
    with ledger:
        row = find(ledger, run, what)
        return _one(ledger, run, row, lab, given, editor=editor, brief=brief, as_json=as_json)


def _one(
    ledger: Ledger,
    run: RunRow,
    row: QuestionRow,
    lab: Path,
    given: Given,
    *,
    editor: bool,
    brief: bool,
    as_json: bool,
) -> int:
    from orgloop.cli.people.editor import from_editor
    from orgloop.cli.people.edits import clear_desk, desk_of
    from orgloop.repo import LabRepo

    if given.decision is not None:
        check_decision(row, given.decision)
    if given.note == "-":
        given = replace(given, note=sys.stdin.read())
    task = Task.model_validate(run.task)
    asks = given.nothing and not editor and not brief and not as_json and at_a_terminal()
    with LabRepo.open(lab) as repo:
        desk = desk_of(repo, task, row) if row.may_edit and given.nothing else None
        text = ""
        if given.nothing or editor:
            text = page(ledger, run, row, differ(lab), desk=desk, brief=brief)
        if given.nothing and not editor and not asks:
            _show(ledger, row, text, lab, desk, as_json=as_json)
            return 0
        if asks:
            say(f"{text}\n")
            given = prompted(row, given, text, desk)
        elif editor:
            check_decision(row, given.decision)
            given = replace(given, note=from_editor(text))
        checked = check_reply(ledger, repo, task, row, given)
        for path in checked.edited.left_behind[:5]:
            remark(f"Left out, since not editable: {path}")
        if row.may_edit and not checked.edited.edits:
            remark("No file was changed.")
        _record(lab, row, checked)
        clear_desk(repo.home, row)
    _confirm(ledger, row, lab, checked.decision, as_json=as_json)
    return 0


def question_page(ledger: Ledger, run: RunRow, row: QuestionRow, lab: Path) -> str:
    """What a person answers by, in Markdown; a role that edits gets its directory made."""
    from orgloop.cli.people.edits import desk_of
    from orgloop.repo import LabRepo

    with LabRepo.open(lab) as repo:
        task = Task.model_validate(run.task)
        desk = desk_of(repo, task, row) if row.may_edit else None
        return page(ledger, run, row, differ(lab), desk=desk, brief=False)


def reply(lab: Path, ledger: Ledger, run: RunRow, row: QuestionRow, given: Given) -> str:
    """Answer a question; what was recorded, as a sentence. Raises OrgloopError."""
    from orgloop.cli.people.edits import clear_desk
    from orgloop.repo import LabRepo

    with LabRepo.open(lab) as repo:
        checked = check_reply(ledger, repo, Task.model_validate(run.task), row, given)
        _record(lab, row, checked)
        clear_desk(repo.home, row)
    return _answered(row, lab, checked.decision)


def _show(
    ledger: Ledger, row: QuestionRow, text: str, lab: Path, desk: Path | None, *, as_json: bool
) -> None:
    if as_json:
        where = None if desk is None else str(desk)
        say(json.dumps({**as_data(ledger, row), "page": text, "brief": row.text, "desk": where}))
        return
    say(text)
    decision = f" --decision {row.decisions[0]}" if row.decisions else ""
    option = "" if lab == Path() else f" --lab {argument(lab)}"
    remark(f'\n{program()} answer {row.name}{option}{decision} --note "..."')


def _record(lab: Path, row: QuestionRow, checked: Checked) -> None:
    with Ledger.open(ledger_path(lab)) as ledger:
        taken = ledger.questions.answer(
            row.id,
            decision=checked.decision,
            note=checked.note,
            title=checked.title,
            edits=checked.edited.edits,
            by=_person(),
        )
    if not taken:
        raise UserError(f"`{row.name}` was answered by somebody else just now.")


def _confirm(
    ledger: Ledger, row: QuestionRow, lab: Path, decision: str | None, *, as_json: bool
) -> None:
    if as_json:
        done = ledger.questions.get(row.id)
        assert done is not None, "rows are never deleted"
        say(json.dumps(as_data(ledger, done)))
        return
    remark(_answered(row, lab, decision))


def _answered(row: QuestionRow, lab: Path, decision: str | None) -> str:
    said = f" with `{decision}`" if decision else ""
    what = f"`{row.name}` is answered{said}"
    if is_running(lab):
        return f"{what}: {row.node} in {row.experiment} goes on."
    return f"{what}; it waits in the ledger until `{program()} run` goes on."


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
