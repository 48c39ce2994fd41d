"""``orgloop org log``: the generations of a run, and what came of each."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.ledger import AmendmentRow, ExperimentRow, GenerationRow, Ledger, RunRow, numbers
from orgloop.ledger.attribution import gains_of
from orgloop.ledger.plain import one_line

STATES = {
    "proposed": "waits to be looked at",
    "probation": "on probation",
    "kept": "kept after its probation",
    "reverted": "reverted after its probation",
    "refused": "refused",
    "withdrawn": "withdrawn, since a person's save came in between",
}
"""What became of an amendment, in words."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation and the experiments that finished under it."""

    number: int
    commit: str
    made: float
    """Seconds since the epoch."""
    author: str
    reason: str
    changed: tuple[str, ...]
    """Files that differ from the generation before, relative to the lab."""
    experiments: int
    kept: int
    discarded: int
    crashed: int
    gain: float
    """What its keeps moved the incumbent's value by together, in the metric's units; positive is
    better. Those that a person overruled the referee for are left out."""
    tokens: int
    cost_usd: float
    amendment: str | None = None
    """The amendment that it is, as ``a2``."""
    state: str | None = None
    """``probation``, ``kept``, ``reverted`` or ``withdrawn``, of an amendment."""
    chance: float | None = None
    """Probability of being better than what it was tried against, when last looked at."""


def log_command(lab: Path, *, run: str | None = None, as_json: bool = False) -> int:
    """Print the generations, oldest first; returns 0. Raises OrgloopError."""
    ledger = open_ledger(lab)
    row = None
    found: list[Generation] = []
    if ledger is not None:
        with ledger:
            row = pick_run(ledger, run)
            if row is not None:
                found = generations(lab, ledger, row)
    if as_json:
        say(json.dumps([asdict(one) for one in found]))
    if row is None:
        remark(NOT_YET)
    elif not as_json:
        for line in _table(found):
            say(line)
    return 0


def generations(lab: Path, ledger: Ledger, run: RunRow) -> list[Generation]:
    """Every generation of the run with its experiments counted."""
    rows = ledger.generations.all(run.id)
    under: dict[int, list[ExperimentRow]] = {row.number: [] for row in rows}
    for experiment in ledger.experiments.finished(run.id):
        under.setdefault(experiment.generation, []).append(experiment)
    changed = _changed(lab, rows)
    amendments = {row.generation: row for row in ledger.amendments.all(run.id)}
    gains = gains_of(ledger.incumbents.all(run.id), str(run.task.get("goal")))
    return [
        _counted(row, files, under[row.number], amendments.get(row.number), gains)
        for row, files in zip(rows, changed, strict=True)
    ]


def _counted(
    row: GenerationRow,
    changed: tuple[str, ...],
    experiments: Sequence[ExperimentRow],
    amendment: AmendmentRow | None,
    gains: Mapping[str, float],
) -> Generation:
    kept = [one for one in experiments if one.status == "keep"]
    return Generation(
        number=row.number,
        commit=row.commit,
        made=row.created,
        author=row.author,
        reason=row.reason,
        changed=changed,
        experiments=len(experiments),
        kept=len(kept),
        discarded=sum(one.status == "discard" for one in experiments),
        crashed=sum(one.status == "crash" for one in experiments),
        gain=sum(gains.get(one.id, 0.0) for one in kept if not one.overruled),
        tokens=sum(one.tokens for one in experiments),
        cost_usd=sum(one.cost_usd for one in experiments),
        amendment=None if amendment is None else amendment.name,
        state=None if amendment is None else amendment.state,
        chance=None if amendment is None else amendment.chance,
    )


def _changed(lab: Path, rows: Sequence[GenerationRow]) -> list[tuple[str, ...]]:
    from orgloop.repo import LabRepo

    if len(rows) < 2:
        return [()] * len(rows)
    with LabRepo.open(lab) as repo:
        files = [repo.read_generation(row.commit) for row in rows]
    found: list[tuple[str, ...]] = [()]
    for before, after in itertools.pairwise(files):
        paths = sorted(before.keys() | after.keys())
        found.append(tuple(path for path in paths if before.get(path) != after.get(path)))
    return found


def _table(found: Sequence[Generation]) -> list[str]:
    lines = []
    for one in found:
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.made))
        what = ", ".join(one.changed) if one.changed else one_line(one.reason, 60)
        lines.append(f"{one.number}  {made}  {one.commit[:7]}  {one_line(one.author, 20)}: {what}")
        if one.experiments:
            count = "1 experiment" if one.experiments == 1 else f"{one.experiments:,} experiments"
            parts = [count, f"{one.kept} kept"]
            if one.kept:
                parts.append(f"{numbers.change(one.gain)} in all")
            parts += [f"{one.crashed} crashed"] if one.crashed else []
            parts += [f"{one.tokens:,} tokens"] if one.tokens else []
            lines.append("   " + ", ".join(parts))
        else:
            lines.append("   no experiment has finished under it")
        if one.state is not None:
            likely = "" if one.chance is None else f", {one.chance:.0%} likely to be better"
            lines.append(f"   {one.amendment}: {STATES[one.state]}{likely}")
    return lines
