"""From the record of a run to points of its search space."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from orgloop.errors import UserError
from orgloop.ledger import BASELINE, Ledger, RunRow, ledger_path
from orgloop.repo import LabRepo
from orgloop.task import Task
from orgloop.tune.rehearsal import recording as recording_module
from orgloop.tune.rehearsal.recording import Recording, record
from orgloop.tune.tasks import TrialTask


def made(lab: Path, run: RunRow, task: Task) -> Recording:
    with Ledger.read_only(ledger_path(lab)) as ledger, LabRepo.open(lab) as repo:
        return record(ledger, repo, run, task)


def test_every_measured_setting_is_a_point_with_its_mean(
    recorded: Path, run: RunRow, bowl: TrialTask
) -> None:
    found = made(recorded, run, bowl.task)
    with Ledger.read_only(ledger_path(recorded)) as ledger:
        rows = [row for row in ledger.experiments.finished(run.id) if row.commit is not None]
        baseline = ledger.measurements.values(run.id, BASELINE)
        sd = ledger.runs.counts(run.id).noise_sd
    assert len(found.rows) == 1 + len(rows) and found.other_code == 0
    first = found.rows[0]
    assert dict(first.point) == dict(found.space.values)
    assert first.value == pytest.approx(fmean(baseline))
    by_params = {tuple(sorted(row.params.items())) for row in rows}
    assert {tuple(sorted(row.point.items())) for row in found.rows[1:]} == by_params
    assert found.noise_sd == sd


def test_the_surface_knows_the_task_that_it_was_fitted_to(
    recorded: Path, run: RunRow, bowl: TrialTask
) -> None:
    found = made(recorded, run, bowl.task)
    surface = found.surface()
    assert bowl.surface is not None
    guessed = [surface.truth(row.point) for row in found.rows]
    real = [bowl.surface.truth(row.point) for row in found.rows]
    far = [
        abs(a - b) for a, b in zip(guessed, real, strict=True) if a is not None and b is not None
    ]
    spread = max(b for b in real if b is not None) - min(b for b in real if b is not None)
    assert len(far) == len(found.rows) and fmean(far) < 0.25 * spread


def test_it_is_the_same_for_the_same_record_and_another_for_another(
    recorded: Path, run: RunRow, bowl: TrialTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(recorded, run, bowl.task)
    assert whole.digest == made(recorded, run, bowl.task).digest
    monkeypatch.setattr(recording_module, "MOST", 9)
    latest = made(recorded, run, bowl.task)
    assert len(latest.rows) == 10 and latest.digest != whole.digest


def test_with_too_little_to_replay_it_says_how_much_there_is(
    recorded: Path, run: RunRow, bowl: TrialTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "FEWEST", 50)
    with pytest.raises(UserError, match=r"r1 has measured \d+ settings .* needs 50\."):
        made(recorded, run, bowl.task)


def test_an_experiment_that_changed_other_code_is_left_out(
    recorded: Path, run: RunRow, bowl: TrialTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = recording_module.splice

    def spoiled(*given: object) -> dict[str, bytes]:
        return {path: content + b"# more\n" for path, content in real(*given).items()}  # type: ignore[arg-type]

    monkeypatch.setattr(recording_module, "splice", spoiled)
    with pytest.raises(UserError, match="changed other code, of which nothing can be foretold"):
        made(recorded, run, bowl.task)
