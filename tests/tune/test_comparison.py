"""Who is ahead, and whether that is shown."""

from __future__ import annotations

import pytest

from orgloop.tune.comparison import compare
from orgloop.tune.result import TrialResult

from .conftest import a_result

DIGESTS = {"solo": "1", "team": "2", "crowd": "3", "optuna": "4"}


def runs(org: str, *ends: float, task: str = "bowl", usd: float = 0.0) -> list[TrialResult]:
    """Runs whose gain is nothing at first, then this."""
    return [
        a_result(org, task, gains=(0.0, 0.0, end, end), seed=n, usd=usd)
        for n, end in enumerate(ends)
    ]


def test_the_one_that_is_ahead_of_all_others_wins() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.10, 0.12, 0.11, 0.09)},
        "team": {"bowl": runs("team", 0.20, 0.23, 0.21, 0.20)},
    }
    found = compare(results, DIGESTS, units=None, reference=None, seed=0)
    assert [one.org for one in found.standings] == ["team", "solo"]
    assert (found.winner, found.baseline, found.unit) == ("team", "solo", "metric")
    (duel,) = found.duels
    assert (duel.org, duel.rival, duel.wins, duel.significant) == ("team", "solo", 4, True)
    team = found.standings[0]
    assert team.progress.mean == pytest.approx(0.105)
    assert team.gain.mean == pytest.approx(0.21)
    assert [at.gain.mean for at in team.anytime] == pytest.approx([0.0, 0.0, 0.21])
    assert team.per_bench_hour is not None
    assert team.per_bench_hour.mean == pytest.approx(0.105 / 4)


def test_solo_wins_where_it_is_ahead_itself() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.20, 0.23, 0.21, 0.20)},
        "team": {"bowl": runs("team", 0.10, 0.12, 0.11, 0.09)},
    }
    assert compare(results, DIGESTS, units=None, reference=None, seed=0).winner == "solo"


def test_no_one_wins_by_chance() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.10, 0.30, 0.20)},
        "team": {"bowl": runs("team", 0.25, 0.22, 0.19)},
    }
    found = compare(results, DIGESTS, units=None, reference=None, seed=0)
    assert found.winner is None and not found.duels[0].significant
    assert found.duels[0].runs_needed is not None and found.duels[0].runs_needed > 3


def test_of_several_the_first_is_held_against_each() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.10, 0.12, 0.11, 0.09)},
        "team": {"bowl": runs("team", 0.20, 0.23, 0.21, 0.20)},
        "crowd": {"bowl": runs("crowd", 0.19, 0.24, 0.20, 0.21)},
    }
    found = compare(results, DIGESTS, units=None, reference=None, seed=0)
    pairs = {(one.org, one.rival) for one in found.duels}
    assert pairs == {("team", "solo"), ("crowd", "solo"), ("team", "crowd")}
    assert found.winner is None, "two are better than solo, and alike"


def test_tasks_are_averaged_in_units() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.1, 0.1), "big": runs("solo", 100, 100, task="big")},
        "team": {"bowl": runs("team", 0.2, 0.2), "big": runs("team", 100, 100, task="big")},
    }
    units = {"bowl": 0.05, "big": 50.0}
    found = compare(results, DIGESTS, units=units, reference=None, seed=0)
    assert {one.org: one.progress.mean for one in found.standings} == pytest.approx(
        {"team": 1.5, "solo": 1.0}
    )
    assert [task.unit for task in found.tasks] == [0.05, 50.0]
    assert found.standings[0].tasks[1].progress.mean == pytest.approx(50.0), "in its own metric"


def test_dollars_count_where_all_of_them_are_known() -> None:
    solo = runs("solo", 0.1, 0.1, usd=2.0)
    team = [a_result("team", gains=(0.1,) * 4, usd=1.0, unpriced=5, seed=n) for n in range(2)]
    results = {"solo": {"bowl": solo}, "team": {"bowl": team}}
    found = compare(results, DIGESTS, units=None, reference=None, seed=0)
    by_name = {one.org: one for one in found.standings}
    assert by_name["solo"].per_usd is not None
    assert by_name["solo"].per_usd.mean == pytest.approx(0.05 / 2)
    assert by_name["team"].per_usd is None


def test_the_yardstick_stands_beside_the_contest() -> None:
    results = {
        "solo": {"bowl": runs("solo", 0.1, 0.11)},
        "team": {"bowl": runs("team", 0.2, 0.21)},
        "optuna": {"bowl": runs("optuna", 0.3, 0.31)},
    }
    found = compare(results, DIGESTS, units={"bowl": 0.15}, reference="optuna", seed=0)
    assert found.reference is not None and found.reference.org == "optuna"
    assert "optuna" not in {one.org for one in found.standings}
    assert all("optuna" not in (one.org, one.rival) for one in found.duels)
