"""`orgloop show`: one experiment's case file, made live from the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from orgloop.cli.reading import open_ledger, pick_run, remark, say
from orgloop.errors import UserError
from orgloop.ledger import ExperimentRow, Ledger, RunRow, load_case, render_case
from orgloop.ledger.plain import capped

Differ = Callable[[RunRow, ExperimentRow], str]
"""Gives an experiment's change as a unified diff; empty where it has none."""

_OUTPUT_BYTES = 2 * 2**20
_HEX = frozenset("0123456789abcdef")


def show_command(
    lab: Path,
    experiment: str,
    *,
    as_json: bool = False,
    diff: bool = False,
    log: bool = False,
    run: str | None = None,
    differ: Differ | None = None,
) -> int:
    """Print one experiment: its page, or only its data, its ``diff`` or its training ``log``.

    ``experiment`` is an id (``e0007`` or ``7``) or the beginning of a commit. Raises
    :class:`~orgloop.errors.OrgloopError`; the exit code is 0 otherwise.
    """
    ledger = open_ledger(lab)
    if ledger is None:
        raise UserError("This lab has no experiments yet.", hint="`orgloop run` starts it.")
    with ledger:
        row = pick_run(ledger, run)
        if row is None:
            raise UserError("This lab has no experiments yet.", hint="`orgloop run` starts it.")
        found = find(ledger, row, experiment)
        if log:
            return _show_output(ledger, lab, row, found)
        change = differ(row, found) if differ is not None else ""
        if diff:
            return _show_diff(change)
        if as_json:
            say(json.dumps(as_data(ledger, row, found, change)))
            return 0
        case = load_case(ledger, row, found.id, diff=change)
        assert case is not None, "it was found just now, and rows are never deleted"
        say(render_case(case).rstrip())
    return 0


def find(ledger: Ledger, run: RunRow, asked: str) -> ExperimentRow:
    """The experiment that a person means by ``asked``; raises UserError where there is none."""
    word = asked.strip().lower()
    bare = word.removeprefix("e")
    if bare.isascii() and bare.isdigit() and len(bare) <= 9:
        found = ledger.experiments.get(run.id, f"e{bare}")
        if found is not None:
            return found
    if len(word) >= 4 and set(word) <= _HEX:
        rows = ledger.experiments.by_commit(run.id, word, limit=5)
        if len(rows) == 1 or (rows and len({row.commit for row in rows}) == 1):
            return rows[-1]
        if rows:
            listed = ", ".join(f"`{row.id}`" for row in rows)
            raise UserError(f"`{asked}` begins several commits.", hint=f"They are of {listed}.")
    raise UserError(
        f"There is no experiment `{asked}` in run {run.id}.", hint=_nearest(ledger, run, bare)
    )


def _nearest(ledger: Ledger, run: RunRow, bare: str) -> str:
    started = ledger.runs.counts(run.id).started
    if not started:
        return "None has begun yet."
    if bare.isascii() and bare.isdigit():
        near = min(max(1, int(bare[:9])), started)
        return f"The nearest is `e{near:04d}`; there are {started} (`orgloop log` lists them)."
    return f"There are `e0001` to `e{started:04d}`; `orgloop log` lists them."


def as_data(ledger: Ledger, run: RunRow, row: ExperimentRow, diff: str = "") -> dict[str, object]:
    """Everything on record about an experiment, as plain data."""
    audit = ledger.audits.verdicts(run.id).get(row.id)
    return {
        **asdict(row),
        "metric": run.task.get("metric"),
        "goal": run.task.get("goal"),
        "self_reported": run.task.get("evaluate") is None,
        "steps": [asdict(step) for step in ledger.steps.of(run.id, row.id)],
        "measurements": [asdict(one) for one in ledger.measurements.of(run.id, row.id)],
        "told": [asdict(one) for one in ledger.messages.read_in(run.id, row.id)],
        "asked": [asdict(one) for one in ledger.commands.about(run.id, row.id)],
        "diff": diff,
        "audit": asdict(audit) if audit is not None else None,
    }


def _show_diff(change: str) -> int:
    if not change.strip():
        remark("It has changed nothing.")
        return 0
    say(capped(change, len(change), change.count("\n") + 1)[0].rstrip("\n"))
    return 0


def _show_output(ledger: Ledger, lab: Path, run: RunRow, row: ExperimentRow) -> int:
    """The output of its last measurement that has any, without terminal escapes."""
    kept = [one for one in ledger.measurements.of(run.id, row.id) if one.log]
    if not kept:
        remark(f"No output of {row.id} is kept.")
        return 0
    path = lab / (kept[-1].log or "")
    try:
        with path.open("rb") as file:
            said = file.read(_OUTPUT_BYTES + 1)
    except OSError as error:
        raise UserError(
            f"The output of {row.id} at {path} cannot be read: {error.strerror or error}.",
            hint="Old logs may have been removed; the case file keeps the last lines of a crash.",
        ) from error
    text = said[:_OUTPUT_BYTES].decode("utf-8", "replace")
    say(capped(text, len(text), text.count("\n") + text.count("\r") + 1)[0].rstrip("\n"))
    if len(said) > _OUTPUT_BYTES:
        remark(f"Only its first {_OUTPUT_BYTES // 2**20} MB; all of it is in {path}.")
    return 0
