"""Intervals and paired tests against SciPy's own, and what they say of nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgloop.tune.statistics import Interval, corrected, duel, interval, ratio

DRAW = np.random.default_rng(1)
ONE = DRAW.normal(1.0, 0.3, 12).tolist()
OTHER = (np.array(ONE) - 0.2 + DRAW.normal(0, 0.1, 12)).tolist()


def test_one_task_gives_the_ordinary_t_interval() -> None:
    found = interval([ONE])
    low, high = stats.ttest_1samp(ONE, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_one_task_gives_the_paired_t_test() -> None:
    found = duel("a", "b", [ONE], [OTHER])
    assert found.p == pytest.approx(stats.ttest_rel(ONE, OTHER).pvalue)
    assert found.significant and found.runs_needed is None
    assert found.wins + found.losses == 12


def test_over_tasks_only_the_runs_vary() -> None:
    apart = interval([[1.0, 1.1, 0.9], [5.0, 5.1, 4.9]])
    assert apart.mean == pytest.approx(3.0)
    assert apart.low is not None and apart.low > 2.8, "that tasks differ is no noise"


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        strata = [draw.normal(0, sd, 4).tolist() for sd in (1.0, 0.2, 0.5)]
        found = interval(strata)
        assert found.low is not None and found.high is not None
        held += found.low <= 0 <= found.high
    assert 0.92 <= held / 400 <= 0.99


def test_one_run_shows_nothing() -> None:
    found = duel("a", "b", [[1.0]], [[0.5]])
    assert (found.p, found.significant, found.runs_needed) == (None, False, None)
    assert interval([[1.0]]) == Interval(mean=1.0)


def test_runs_that_are_all_alike_differ_in_nothing() -> None:
    found = duel("a", "b", [[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]])
    assert (found.ties, found.p, found.significant) == (3, 1.0, False)
    assert found.runs_needed is None


def test_a_difference_that_is_always_the_same_is_as_likely_as_a_coin_says() -> None:
    found = duel("a", "b", [[1.0, 2.0, 3.0, 4.0]], [[0.5, 1.5, 2.5, 3.5]])
    assert found.p == pytest.approx(0.125)


def test_the_runs_that_are_needed_would_do() -> None:
    draw = np.random.default_rng(2)
    gaps = draw.normal(0.2, 1.0, 10)
    gaps += 0.2 - gaps.mean()
    needed = duel("a", "b", [gaps.tolist()], [[0.0] * 10]).runs_needed
    assert needed is not None and needed > 10
    effect, sd = 0.2, float(np.std(gaps, ddof=1))
    found = [
        stats.ttest_1samp(draw.normal(effect, sd, needed), 0).pvalue < 0.05 for _ in range(300)
    ]
    assert 0.7 < np.mean(found) < 0.9


def test_several_comparisons_are_corrected_together() -> None:
    some = [duel("a", "b", [ONE], [OTHER]), duel("c", "b", [OTHER], [ONE[::-1]])]
    both = corrected(some)
    first, second = (one.p for one in some)
    assert first is not None and second is not None and both[0].p is not None
    assert both[0].p == pytest.approx(min(1.0, 2 * min(first, second)))


def test_a_ratio_is_of_the_means_and_none_where_nothing_was_used() -> None:
    found = ratio([[1.0, 3.0]], [[1.0, 1.0]])
    assert found is not None and found.mean == 2.0 and found.low is not None and found.low < 2
    assert ratio([[1.0, 3.0]], [[0.0, 0.0]]) is None
