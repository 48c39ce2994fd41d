"""`orgloop report`: what a run achieved for what it cost."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.cli.running import state_now
from orgloop.errors import UserError
from orgloop.ledger import Ledger, RunRow
from orgloop.report import RunReport, gather_report, render_report


def report_command(
    lab: Path, *, run: str | None = None, as_json: bool = False, output: Path | None = None
) -> int:
    """Print the report of a run, or write it to ``output``.

    Raises :class:`~orgloop.errors.OrgloopError`; the exit code is 0 otherwise.
    """
    ledger = open_ledger(lab)
    if ledger is None:
        return _nothing(as_json)
    with ledger:
        row = pick_run(ledger, run)
        if row is None:
            return _nothing(as_json)
        report = _gather(lab, ledger, row)
    state = state_now(lab, row)
    report = report.model_copy(
        update={"summary": report.summary.model_copy(update={"state": state})}
    )
    text = report.model_dump_json(indent=2) if as_json else render_report(report).rstrip()
    if output is not None:
        _write(output, text)
    elif as_json or not sys.stdout.isatty():
        say(text)
    else:
        _show(text)
    return 0


def _gather(lab: Path, ledger: Ledger, run: RunRow) -> RunReport:
    """The report; git is asked only where there is a generation to compare."""
    if len(ledger.generations.all(run.id)) < 2:
        return gather_report(ledger, run)
    from orgloop.repo import LabRepo

    with LabRepo.open(lab) as repo:
        return gather_report(ledger, run, repo.read_generation)


def _nothing(as_json: bool) -> int:
    if as_json:
        say("null")
    remark(NOT_YET)
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"The report cannot be written to {path}: {error.strerror or error}.",
            hint="Name a file in a directory that exists and that this user may write to.",
        ) from error
    remark(f"Written to {path}.")


def _show(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
