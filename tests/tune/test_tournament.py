"""Equal budgets, the same seeds, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import orgloop.tune.yardstick as yardstick_module
from orgloop.errors import OrgloopError
from orgloop.ledger import BASELINE, Ledger, ledger_path
from orgloop.tune.comparison import Comparison
from orgloop.tune.contender import Contender, contender
from orgloop.tune.tasks import TrialTask, shipped_task
from orgloop.tune.tournament import Standings, Tournament, already_done, play, run_seed, run_trials
from orgloop.tune.trial import Trial, run_trial
from orgloop.tune.yardstick import above_zero, optuna_alone, yardstick

from .conftest import a_result


@pytest.fixture(scope="module")
def tournament(bowl: TrialTask, solo: Contender) -> Tournament:
    other = contender("classic", Path("/nowhere"))
    return Tournament((other, solo), (bowl,), runs=2, experiments=2, seed=9)


def test_every_organization_has_the_same_seeds(tournament: Tournament) -> None:
    seeds = {
        org.name: [one.seed for one in tournament.trials() if one.org == org]
        for org in tournament.orgs
    }
    assert seeds["classic"] == seeds["solo"] == [run_seed(9, 0), run_seed(9, 1)]
    assert run_seed(9, 0) != run_seed(8, 0)


@pytest.mark.slow
def test_a_tournament_that_was_cut_off_goes_on_where_it_was(
    tournament: Tournament, tmp_path: Path
) -> None:
    first = tournament.trials()[:3]
    assert run_trials(first, tmp_path, jobs=1) is not None
    assert already_done(tournament, tmp_path) == 3
    told: list[Standings] = []
    found = play(tournament, tmp_path, jobs=1, on_done=told.append)
    assert [(at.done, at.total) for at in told] == [(4, 4)]
    assert isinstance(found, Comparison)
    assert (found.runs, found.experiments, found.trials, found.unit) == (2, 2, 4, "metric")
    assert {one.org for one in found.standings} == {"classic", "solo"}
    again = play(tournament, tmp_path, jobs=1, on_done=told.append)
    assert again == found and len(told) == 1
    more = replace(tournament, runs=3)
    assert already_done(more, tmp_path) == 4, "more runs begin with those that there are"


def test_baselines_of_paired_trials_are_the_same_measurements(
    tournament: Tournament, tmp_path: Path
) -> None:
    values = []
    for org in tournament.orgs:
        place = tmp_path / org.name
        run_trial(Trial(org, tournament.tasks[0], 1, seed=3), place, keep_lab=True)
        with Ledger.read_only(ledger_path(place / "lab")) as ledger:
            values.append(ledger.measurements.values("r1", BASELINE))
    assert values[0] == values[1]


def test_who_stops_it_gets_no_comparison(
    tournament: Tournament, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgloop.tune.pool.run_trial", lambda *_: None)
    assert play(tournament, tmp_path, jobs=1) is None


@pytest.mark.slow
def test_trials_side_by_side_give_what_they_give_in_turn(
    tournament: Tournament, tmp_path: Path
) -> None:
    many = replace(tournament, runs=4)
    one, two = (play(many, tmp_path / f"{jobs}", jobs=jobs) for jobs in (1, 2))
    assert one is not None and one == two


def test_optuna_alone_is_the_unit_and_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yardstick_module, "RUNS", 3)
    bold = shipped_task("bold")
    gains = optuna_alone(bold, 6, seed=1)
    assert len(gains) == 6 and gains == optuna_alone(bold, 6, seed=1)
    unit = yardstick(bold, 12, tmp_path)
    assert 0.1 < unit < 0.6
    monkeypatch.setattr(yardstick_module, "optuna_alone", None)
    assert yardstick(bold, 12, tmp_path) == unit


def test_without_progress_there_is_no_unit() -> None:
    for unit, error in ((0.0, 0.0), (0.1, 0.06)):
        with pytest.raises(OrgloopError, match="Optuna alone makes no progress on `flat`"):
            above_zero(unit, "flat", error=error)
    assert above_zero(0.1, "steep", error=0.04) == 0.1


def test_tasks_are_averaged_by_what_optuna_makes_of_them(
    solo: Contender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = {"noisy": 0.1, "bowl": 0.05}
    monkeypatch.setattr("orgloop.tune.tournament.yardstick", lambda task, *_: units[task.name])
    monkeypatch.setattr(
        "orgloop.tune.pool.run_trial",
        lambda trial, place: a_result(
            trial.org.name, trial.task.name, gains=(0.1, 0.1), seed=trial.seed
        ),
    )
    orgs = (solo, contender("classic", Path("/nowhere")))
    tasks = (shipped_task("noisy"), shipped_task("bowl"))
    found = play(Tournament(orgs, tasks, runs=2, experiments=2, scaled=True), tmp_path, jobs=1)
    assert found is not None
    assert (found.unit, found.reference) == ("optuna", None)
    assert [one.progress.mean for one in found.standings] == pytest.approx([1.5, 1.5])
