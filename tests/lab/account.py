"""Accounts for all that a lab has on record, and that nothing is on it twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orgloop.graph.measure import seed_of
from orgloop.ledger import BASELINE, ExperimentRow, MeasurementRow

from .conftest import TinyLab, git
from .witness import Run, Witness


@dataclass(frozen=True)
class Books:
    """A run as its ledger has it."""

    experiments: dict[str, ExperimentRow]
    measurements: dict[str, MeasurementRow]
    seed: int
    started: int
    """Experiments begun, those in flight included."""


def read(lab: TinyLab) -> Books:
    """Everything that has finished."""
    with lab.ledger() as ledger:
        run = ledger.runs.get("r1")
        assert run is not None
        rows = ledger.experiments.finished("r1")
        everything = [*rows, *ledger.experiments.running("r1")]
        measured = [
            row
            for id in (BASELINE, *(row.id for row in everything))
            for row in ledger.measurements.of("r1", id)
            if row.status != "running"
        ]
        started = ledger.runs.counts("r1").started
        return Books(
            {row.id: row for row in rows}, {row.id: row for row in measured}, run.seed, started
        )


def nothing_was_lost(before: Books, after: Books) -> None:
    """What was on record stands there unchanged."""
    for id, row in before.experiments.items():
        assert after.experiments[id] == row
    for id, measured in before.measurements.items():
        assert after.measurements[id] == measured


def through_kills(lab: TinyLab, times: int, kill: Callable[[int], str], *, more: int) -> None:
    """Run it to so many ``more`` experiments after the kills, of which none may lose anything.

    ``kill`` runs the lab, kills it and says when.
    """
    books = None
    for turn in range(times):
        moment = kill(turn)
        now = read(lab)
        if books is not None:
            nothing_was_lost(books, now)
        books = now
        print(turn, moment, len(now.experiments), len(now.measurements))
    assert books is not None
    total = books.started + more
    assert lab.run(experiments=total).experiments == total
    nothing_was_lost(books, read(lab))
    all_is_accounted_for(lab, total)


def all_is_accounted_for(lab: TinyLab, total: int) -> None:
    """Of a run that ended after ``total`` experiments: ledger, totals, git and disk agree."""
    books = read(lab)
    assert sorted(books.experiments) == [f"e{number:04}" for number in range(1, total + 1)]
    with lab.ledger() as ledger:
        counts = ledger.runs.counts("r1")
        rows = list(books.experiments.values())
        assert (counts.started, counts.finished) == (total, total)
        assert counts.kept == sum(row.status == "keep" for row in rows)
        assert counts.discarded == sum(row.status == "discard" for row in rows)
        assert counts.crashed == sum(row.status == "crash" for row in rows) == 0
        assert counts.measurements == len(books.measurements)
        assert not ledger.measurements.running("r1")
        for row in rows:
            steps = lab.steps(row.id)
            assert all(step.finished is not None for step in steps)
            keys = [(step.node, step.visit) for step in steps]
            assert len(keys) == len(set(keys))
        line = [row.commit for row in ledger.incumbents.all("r1")]
        kept = [row.experiment for row in ledger.incumbents.all("r1")[1:]]
    assert kept == [row.id for row in rows if row.status == "keep"]
    the_branch_is_a_line(lab, [str(commit) for commit in line])
    refs = dict(
        reversed(entry.split())
        for entry in git(lab.root, "for-each-ref", "--format=%(objectname) %(refname)").splitlines()
    )
    for row in rows:
        if row.commit is not None and row.status == "keep":
            assert refs[f"refs/orgloop/r1/{row.id}"] == row.commit
    git(lab.root, "fsck", "--strict", "--no-dangling")
    assert git(lab.root, "status", "--porcelain") == ""


def the_branch_is_a_line(lab: TinyLab, line: list[str]) -> None:
    """Each kept commit stands on the one before, and was measured there."""
    listed = git(lab.root, "log", "--reverse", "--format=%H %P", "orgloop/r1").splitlines()
    assert [entry.split()[0] for entry in listed] == line
    assert [entry.split()[1:] for entry in listed] == [[], *([one] for one in line[:-1])]
    measured = {row.commit for row in read(lab).measurements.values() if row.status == "ok"}
    assert set(line) <= measured


def each_run_happened_once(lab: TinyLab, witness: Witness, *, again: int = 0) -> None:
    """Every measurement on record is one training run that began once and ended once.

    ``again`` is how many runs may have begun twice: those whose supervisor was killed.
    """
    books = read(lab)
    expected: dict[Run, str] = {}
    for row in books.measurements.values():
        text = git(lab.root, "show", f"{row.commit}:program.py")
        values = [
            next(line for line in text.splitlines() if line.startswith(f"{name} = ")).split()[2]
            for name in ("A", "B")
        ]
        key = (str(seed_of(row, books.seed)), *values)
        assert key not in expected, f"{row.id} and {expected[key]} are one run"
        expected[key] = row.id
    assert set(witness.begun) == set(expected)
    assert all(witness.ended[key] >= 1 for key in expected)
    assert sum(witness.begun.values()) - len(expected) <= again
    assert sum(witness.ended.values()) - len(expected) <= again
