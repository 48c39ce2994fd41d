"""One organization on one task: verified, repeatable, never repeated, and never in the way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import orgloop.tune.trial as trial_module
from orgloop.errors import UserError
from orgloop.ledger import Ledger, ledger_path
from orgloop.tune.contender import Contender, contender
from orgloop.tune.result import TrialResult
from orgloop.tune.tasks import TrialTask, lab_task
from orgloop.tune.trial import Trial, finished_trial, run_trial

PROGRAM = """\
import random, sys
A = 2.0  # 0..10
seed = int(sys.argv[-1])
print(f"score: {A + random.Random(f'{seed} {A}').gauss(0, 0.3):.6f}")
"""
TASK = """\
---
name: real
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
editable: [program.py]
limits: {wall: 30s, memory: 1GB}
mounts: [data]
---
Make A large.
"""


@pytest.fixture(scope="module")
def tried(
    bowl: TrialTask, solo: Contender, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Trial, Path, TrialResult]:
    trial = Trial(solo, bowl, 3, seed=4)
    place = tmp_path_factory.mktemp("trial") / "here"
    result = run_trial(trial, place)
    assert result is not None
    return trial, place, result


@pytest.fixture
def no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be run")

    monkeypatch.setattr(trial_module, "run_lab", fail)


def test_gains_are_what_the_surface_says_and_not_what_was_measured(
    tried: tuple[Trial, Path, TrialResult],
) -> None:
    _, _, result = tried
    assert (result.verified_by, result.simulated, result.budget) == ("truth", True, 3)
    assert len(result.curve) == 3 and result.experiments == 3
    assert result.baseline == pytest.approx(2.6778, abs=1e-3)
    assert result.progress == pytest.approx(sum(at.gain for at in result.curve) / 3)
    assert result.bench_busy_s >= 60 * result.measurements, "the simulated run's own seconds"
    assert result.curve[-1].bench_s == pytest.approx(result.bench_busy_s)


def test_what_has_finished_is_read_and_its_lab_is_gone(
    tried: tuple[Trial, Path, TrialResult], no_runs: None
) -> None:
    trial, place, result = tried
    assert run_trial(trial, place) == result
    assert not (place / "lab").exists()


def test_it_bears_the_name_under_which_it_is_asked_for(
    tried: tuple[Trial, Path, TrialResult], no_runs: None
) -> None:
    trial, place, _ = tried
    again = run_trial(replace(trial, org=Contender("uno", trial.org.files)), place)
    assert again is not None and again.org == "uno"


def test_the_same_trial_elsewhere_gives_the_same(
    tried: tuple[Trial, Path, TrialResult], tmp_path: Path
) -> None:
    trial, _, result = tried
    again = run_trial(trial, tmp_path / "again", keep_lab=True)
    assert again is not None
    assert again.model_copy(update={"wall_s": result.wall_s}) == result
    assert ledger_path(tmp_path / "again" / "lab").is_file()


def test_another_trial_at_its_place_begins_anew(
    tried: tuple[Trial, Path, TrialResult], tmp_path: Path
) -> None:
    trial, _, _ = tried
    other = replace(trial, seed=5, experiments=1)
    place = tmp_path / "one"
    first, second = run_trial(replace(other, seed=6), place), run_trial(other, place)
    assert first is not None and second is not None
    assert second.seed == 5 and second.key != first.key
    assert finished_trial(other, place) == second


def test_the_key_tells_everything_that_the_result_depends_on(bowl: TrialTask) -> None:
    trial = Trial(contender("solo", Path("/nowhere")), bowl, 3, seed=4)
    other = contender("classic", Path("/nowhere"))
    changed = [
        replace(trial, seed=5),
        replace(trial, experiments=4),
        replace(trial, org=other),
        replace(trial, model="human"),
        replace(trial, task=replace(bowl, task=bowl.task.model_copy(update={"min_delta": 1.0}))),
    ]
    keys = {one.key for one in [trial, *changed]}
    assert len(keys) == len(changed) + 1
    assert replace(trial, verify=9).key == trial.key, "the truth needs no runs"


Git = Callable[..., str]


@pytest.fixture
def real_lab(tmp_path: Path) -> Path:
    root = tmp_path / "big" / "real"
    root.mkdir(parents=True)
    (root / "program.py").write_text(PROGRAM)
    (root / "task.md").write_text(TASK)
    (root / ".gitignore").write_text("data\n")
    (root / "data").mkdir()
    (root / "data" / "x.txt").write_text("ignored, and needed")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run([*git, *arguments], cwd=root.parent, check=True)
    return root


def test_a_real_lab_is_copied_and_its_keeps_are_measured_again_on_fresh_seeds(
    real_lab: Path, solo: Contender, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in real_lab.rglob("*") if path.is_file()}
    place = tmp_path / "trial"
    result = run_trial(Trial(solo, lab_task(real_lab), 2, seed=1, verify=2), place)
    assert result is not None
    assert (result.verified_by, result.verify) == ("fresh seeds", 2)
    assert result.kept + result.discarded == 2
    after = {path: path.read_bytes() for path in real_lab.rglob("*") if path.is_file()}
    assert {path: text for path, text in after.items() if ".orgloop" not in path.parts} == before
    lab = place / "lab" / "real"
    assert (lab / "data").resolve() == real_lab / "data"
    with Ledger.read_only(ledger_path(lab)) as ledger:
        again = ledger.measurements.of("r1", "audit-0")
        searched = ledger.measurements.of("r1", "baseline")
    assert len(again) == 2 * (1 + result.kept)
    assert {row.kind for row in again} == {"audit"} and {row.kind for row in searched} == {"search"}
    fresh = [row.value or 0.0 for row in again if row.commit == searched[0].commit]
    assert result.baseline == pytest.approx(sum(fresh) / 2)


def test_what_is_not_committed_is_not_tried_in_silence(
    real_lab: Path, solo: Contender, tmp_path: Path
) -> None:
    (real_lab / "program.py").write_text(PROGRAM.replace("2.0", "3.0"))
    with pytest.raises(UserError, match="is not committed as it stands"):
        run_trial(Trial(solo, lab_task(real_lab), 1, seed=1), tmp_path / "trial")
