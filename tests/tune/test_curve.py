"""What was found early counts for longer."""

from __future__ import annotations

from orgloop.tune.curve import Course, Passage, curve_of, progress_of

from .conftest import a_result

COURSE = Course(
    "base",
    (
        Passage("base", 10.0, 0.1),
        Passage("better", 20.0, 0.2),
        Passage("better", 30.0, 0.3),
        Passage("best", 40.0, 0.4),
    ),
)
GAINS = {"base": 0.0, "better": 1.0, "best": 3.0}


def test_progress_is_the_mean_verified_gain_over_the_budget() -> None:
    curve = curve_of(COURSE, GAINS, 4)
    assert [point.gain for point in curve] == [0.0, 1.0, 1.0, 3.0]
    assert progress_of(curve) == 1.25
    assert COURSE.incumbents == ("base", "better", "best")


def test_a_run_that_ended_early_stays_where_it_was() -> None:
    curve = curve_of(COURSE, GAINS, 6)
    assert [point.experiments for point in curve] == [1, 2, 3, 4, 5, 6]
    assert [point.gain for point in curve[3:]] == [3.0, 3.0, 3.0]
    assert curve[-1].bench_s == 40.0


def test_experiments_past_the_budget_do_not_count() -> None:
    assert progress_of(curve_of(COURSE, GAINS, 2)) == 0.5


def test_a_run_without_an_experiment_made_no_progress() -> None:
    assert progress_of(curve_of(Course("base", ()), {"base": 0.0}, 3)) == 0.0


def test_a_share_of_the_budget_is_rounded_up() -> None:
    result = a_result(gains=(0.1, 0.2, 0.3))
    assert [result.at(share).experiments for share in (0.25, 0.5, 1.0)] == [1, 2, 3]
