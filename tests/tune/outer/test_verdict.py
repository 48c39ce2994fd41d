"""The end of a tuning: held-out tasks, and the template that it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

import orgloop.tune.outer.held_out as held_out_module
from orgloop.charter import parse_charter
from orgloop.errors import UserError
from orgloop.lab.summary import RunSummary
from orgloop.org.files import CHARTER
from orgloop.problems import Problems
from orgloop.tune.contender import Contender, contender
from orgloop.tune.outer.export import export, span
from orgloop.tune.outer.held_out import APART, Verdict, held_out
from orgloop.tune.outer.report import Attempt, HeldOut, Tuning
from orgloop.tune.pool import Pool
from orgloop.tune.result import TrialResult
from orgloop.tune.statistics import Interval
from orgloop.tune.tasks import TrialTask
from orgloop.tune.tournament import run_seed
from orgloop.tune.trial import Trial

from ..conftest import a_result  # noqa: TID252 - results are made alike for both

Played = list[Trial]


@pytest.fixture
def tuned(classic: Contender) -> Contender:
    return Contender("classic-tuned", {**classic.files, "org/notes.md": b"bolder\n"})


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    """Results that are made up: what is tuned makes twice the progress."""
    trials: Played = []

    def made(some: Played, *_: object, **__: object) -> list[TrialResult]:
        trials.extend(some)
        return [
            a_result(
                one.org.name,
                one.task.name,
                gains=(0.0, 1.0 + len(one.org.name) // 13 * (1 + one.seed % 3 / 90)),
                seed=one.seed,
            )
            for one in some
        ]

    monkeypatch.setattr(held_out_module, "run_trials", made)
    monkeypatch.setattr("orgloop.tune.tournament.run_trials", made)
    monkeypatch.setattr("orgloop.tune.tournament.yardstick", lambda *_: 0.5)
    return trials


def verdict(start: Contender, tuned: Contender, task: TrialTask) -> Verdict:
    return Verdict(start, tuned, (task,), runs=4, experiments=2, seed=3)


def test_before_and_after_are_held_against_each_other_and_solo(
    played: Played, classic: Contender, tuned: Contender, bowl: TrialTask, tmp_path: Path
) -> None:
    found = held_out(verdict(classic, tuned, bowl), tmp_path, Pool(1))
    assert found is not None and found.duel is not None
    assert {one.org.digest for one in played} >= {classic.digest, tuned.digest}
    assert {one.org for one in found.comparison.standings} == {"classic", "classic-tuned", "solo"}
    assert found.ratio.mean == pytest.approx(2.0, abs=0.05)
    assert found.ratio.low is not None and found.ratio.low > 1.5
    assert (found.duel.wins, found.duel.significant) == (4, True)


def test_its_seeds_are_no_round_s(played: Played, classic: Contender, bowl: TrialTask) -> None:
    trials = verdict(classic, classic, bowl).tournament.trials()
    assert {one.seed for one in trials} == {run_seed(3 + APART, n) for n in range(4)}
    assert not {one.seed for one in trials} & {run_seed(3, n) for n in range(9_000)}


def test_where_nothing_was_kept_nothing_is_claimed(
    played: Played, classic: Contender, bowl: TrialTask, tmp_path: Path
) -> None:
    found = held_out(verdict(classic, classic, bowl), tmp_path, Pool(1))
    assert found is not None
    assert found.duel is None and found.start == found.tuned == "classic"
    assert found.ratio == Interval(mean=1.0, low=1.0, high=1.0)
    assert {one.org for one in found.comparison.standings} == {"classic", "solo"}


SUMMARY = RunSummary(
    run="r1",
    task="tune-classic",
    metric="progress",
    goal="maximize",
    self_reported=False,
    state="finished",
    reason="The budget of 2 experiments is spent.",
    baseline=1.0,
    baseline_stderr=0.1,
    best=1.5,
    best_stderr=0.1,
    best_commit="c" * 40,
    best_experiment="e0001",
    branch="orgloop/r1",
    gain=0.5,
    gain_low=0.2,
    gain_high=0.8,
    gain_text="0.5",
    deterministic=False,
    experiments=2,
    running=0,
    kept=1,
    discarded=1,
    crashed=0,
    overruled=0,
    generation=1,
    measurements=40,
    wall_s=1.0,
    bench_busy_s=1.0,
    slots=1,
    tokens=0,
    cost_usd=0.0,
)


def report(found: HeldOut | None, *statuses: str) -> Tuning:
    """A tuning of classic in which an amendment came to each of these."""
    return Tuning(
        org="classic",
        start="1",
        tuned="2",
        lab="/labs/tune",
        seed=0,
        experiments=24,
        tasks=("bowl",),
        run=SUMMARY,
        attempts=tuple(
            Attempt(
                id=f"e{number:04}",
                key=f"drop:{status}",
                title=f"Work without {status}",
                status=status,
                reason="shown to be better",
                commit="c" * 40,
                value=1.5,
                gain=0.5,
                gain_stderr=0.1,
                measurements=4,
            )
            for number, status in enumerate(statuses, 1)
        ),
        held_out=found,
    )


def test_a_template_says_where_it_comes_from(
    played: Played, classic: Contender, tuned: Contender, bowl: TrialTask, tmp_path: Path
) -> None:
    found = held_out(verdict(classic, tuned, bowl), tmp_path, Pool(1))
    place = tmp_path / "template"
    assert found is not None
    export(tuned, report(found, "keep", "discard"), place)
    charter = parse_charter((place / CHARTER).read_bytes(), CHARTER, Problems())
    assert charter is not None and charter.name == "classic-tuned"
    readme = (place / "README.md").read_text()
    assert readme.startswith("# classic-tuned\n")
    assert "tried 2 amendments in 40 simulated runs of 24 experiments on bowl" in readme
    assert "1. Work without keep (`drop:keep`, e0001): shown to be better" in readme
    assert "drop:discard" not in readme
    assert "Held-out tasks (bowl), 4 runs each, progress" in readme
    assert f"\nAfter for each unit before: {span(found.ratio)}" in readme
    assert dict(contender(str(place), tmp_path).files).keys() == tuned.files.keys()
    with pytest.raises(UserError, match="not empty"):
        export(tuned, report(found), place)


def test_a_template_of_what_was_not_changed_says_so(classic: Contender, tmp_path: Path) -> None:
    export(classic, report(None, "discard"), tmp_path / "same")
    readme = (tmp_path / "same" / "README.md").read_text()
    assert readme.startswith("# classic\n")
    assert "Nothing: no amendment was shown to be better." in readme
