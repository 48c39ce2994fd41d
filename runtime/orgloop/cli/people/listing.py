"""Every question that waits, for a person and as data."""

from __future__ import annotations

import json
import time
from pathlib import Path

from orgloop.cli.people.find import NOTHING, opened
from orgloop.cli.reading import open_ledger, remark, say
from orgloop.cli.shown import argument, program
from orgloop.ledger import ExperimentRow, Ledger, QuestionRow
from orgloop.ledger.numbers import duration
from orgloop.ledger.plain import headline, one_line


def list_command(lab: Path, *, as_json: bool) -> int:
    """Print what waits; with ``as_json`` as an array."""
    if as_json and open_ledger(lab) is None:
        say("[]")
        return 0
    ledger, run = opened(lab)
    with ledger:
        rows = ledger.questions.waiting(run.id)
        if as_json:
            say(json.dumps([as_data(ledger, row) for row in rows]))
            return 0
        if not rows:
            remark(NOTHING)
            return 0
        for row in rows:
            for line in _lines(row, ledger.experiments.get(row.run, row.experiment)):
                say(line)
    option = "" if lab == Path() else f" --lab {argument(lab)}"
    remark(f"\n{program()} answer {rows[0].name}{option}  shows it and asks you.")
    return 0


def as_data(ledger: Ledger, row: QuestionRow) -> dict[str, object]:
    """A question as plain data; a field that is here stays here."""
    experiment = ledger.experiments.get(row.run, row.experiment)
    return {
        "id": row.name,
        "run": row.run,
        "experiment": row.experiment,
        "role": row.node,
        "visit": row.visit,
        "seat": row.seat,
        "title": experiment.title if experiment else "",
        "decisions": list(row.decisions),
        "may_edit": row.may_edit,
        "state": row.state,
        "asked": row.asked,
        "commit": row.commit,
        "answered": row.answered,
        "decision": row.decision,
        "note": row.note,
        "by": row.by,
    }


def _lines(row: QuestionRow, experiment: ExperimentRow | None) -> list[str]:
    since = duration(max(0.0, time.time() - row.asked))
    where = row.experiment if experiment else f"outside the chart (turn {row.visit})"
    title = one_line(experiment.title, 120) if experiment else ""
    seat = f", seat {row.seat + 1}" if row.seat else ""
    line = "in line" if row.state == "line" else "waits"
    head = f"{row.name}  {row.node}{seat} in {where}: {title or headline(row.text, 100)}"
    what = f"decide {' / '.join(row.decisions)}" if row.decisions else "write a note"
    if row.may_edit:
        what += ", and edit"
    return [head, f"    {what}; {line} for {since}"]
