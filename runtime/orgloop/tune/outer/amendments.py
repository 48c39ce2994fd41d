"""What became of the amendments, read from the record of the tuning lab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orgloop.engines.embedded.amending.meta import AMENDMENT
from orgloop.ledger import ExperimentRow, Ledger, ledger_path
from orgloop.repo import LabRepo
from orgloop.tune.contender import Contender
from orgloop.tune.outer.places import CANDIDATE
from orgloop.tune.outer.report import Attempt


def attempts_of(lab: Path, run: str) -> tuple[Attempt, ...]:
    """Every amendment that ``run`` has finished with, in order."""
    with Ledger.read_only(ledger_path(lab)) as ledger:
        rows = ledger.experiments.finished(run)
        measured = {row.id: len(ledger.measurements.of(run, row.id)) for row in rows}
    return tuple(_attempt(row, measured[row.id]) for row in sorted(rows, key=lambda r: r.number))


def organization_at(lab: Path, commit: str, name: str) -> Contender:
    """The candidate organization as ``commit`` of the tuning lab has it."""
    with LabRepo.open(lab) as repo:
        tree = repo.commit_files(commit)
        files: Mapping[str, bytes] = {
            path.removeprefix(f"{CANDIDATE}/"): tree.read(path)
            for path in tree.paths()
            if path.startswith(f"{CANDIDATE}/")
        }
    return Contender(name, files)


def _attempt(row: ExperimentRow, measurements: int) -> Attempt:
    key = row.params.get(AMENDMENT)
    return Attempt(
        id=row.id,
        key=key if isinstance(key, str) else "",
        title=row.title,
        status=row.status,
        reason=row.reason,
        commit=row.commit,
        value=row.value,
        gain=row.gain,
        gain_stderr=row.gain_stderr,
        measurements=measurements,
    )
