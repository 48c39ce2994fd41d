"""The statistics of an audit: paired differences, their interval, Holm's correction."""

from __future__ import annotations

import random

import pytest

from orgloop.audit.estimate import Estimate, corrected, estimate, is_deterministic, shown


def drawn(truth: float, sd: float, rng: random.Random, seeds: range) -> dict[int, float]:
    return {seed: truth + rng.gauss(0, sd) for seed in seeds}


def test_what_a_seed_adds_to_both_sides_falls_out() -> None:
    luck = {0: 5.0, 1: -3.0, 2: 9.0, 3: 0.0}
    better = {seed: 1.0 + add + 0.01 * seed for seed, add in luck.items()}
    found = estimate(better, luck, goal="maximize")
    assert found.gain == pytest.approx(1.015)
    assert found.stderr == pytest.approx(0.0064550, rel=1e-4)
    assert found.low == pytest.approx(1.015 - 3.1824 * 0.0064550, rel=1e-4)
    assert found.p is not None and found.p < 1e-4


def test_lower_is_better_where_the_goal_says_so() -> None:
    found = estimate({0: 1.0, 1: 1.1}, {0: 2.0, 1: 2.3}, goal="minimize")
    assert found.gain == pytest.approx(1.1)


def test_only_seeds_that_both_have_count() -> None:
    found = estimate({0: 2.0, 1: 3.1, 5: 99.0}, {0: 1.0, 1: 2.0, 7: -99.0}, goal="maximize")
    assert (found.pairs, found.gain) == (2, pytest.approx(1.05))
    assert estimate({0: 1.0}, {1: 1.0}, goal="maximize").gain is None


def test_one_pair_has_a_gain_and_no_certainty() -> None:
    found = estimate({0: 2.0}, {0: 1.0}, goal="maximize")
    assert (found.gain, found.p, found.low) == (1.0, None, None)
    assert not shown(found.gain, found.p, 0.0, deterministic=False)


def test_a_difference_that_is_the_same_on_every_seed_is_exact() -> None:
    base = {seed: 0.1 * seed for seed in range(4)}
    found = estimate({seed: value + 0.3 for seed, value in base.items()}, base, goal="maximize")
    assert (found.low, found.high, found.p) == (found.gain, found.gain, 0.0)
    nothing = estimate(dict(base), base, goal="maximize")
    assert (nothing.gain, nothing.p) == (0.0, 1.0)


def test_less_than_min_delta_is_no_gain() -> None:
    rng = random.Random(3)
    worse = drawn(0.0, 0.01, rng, range(8))
    better = drawn(0.1, 0.01, rng, range(8))
    above = estimate(better, worse, goal="maximize", min_delta=0.05)
    below = estimate(better, worse, goal="maximize", min_delta=0.2)
    assert shown(above.gain, above.p, 0.05, deterministic=False)
    assert not shown(below.gain, below.p, 0.2, deterministic=False)


def test_a_task_whose_repeats_agree_is_deterministic() -> None:
    assert is_deterministic([{0: 1.0, 1: 1.0}, {0: 2.0, 1: 2.0}, {0: 3.0}])
    assert not is_deterministic([{0: 1.0, 1: 1.0}, {0: 2.0, 1: 2.1}])
    assert not is_deterministic([{0: 1.0}, {0: 2.0}]), "nothing was repeated"
    found = estimate({0: 2.0, 1: 2.0}, {0: 1.0, 1: 1.0}, goal="maximize", deterministic=True)
    assert (found.gain, found.p, found.low) == (1.0, None, None)
    assert shown(found.gain, None, 0.5, deterministic=True)
    assert not shown(found.gain, None, 1.0, deterministic=True)


def with_p(p: float | None) -> Estimate:
    return Estimate(1.0, 0.1, 0.8, 1.2, p, 5)


def test_holm_by_hand() -> None:
    found = corrected([with_p(0.01), with_p(0.04), with_p(None), with_p(0.03)])
    assert found[2] is None
    assert [one for one in found if one is not None] == pytest.approx([0.03, 0.06, 0.06])
    assert corrected([with_p(0.04)]) == [0.04], "a single comparison stands alone"


@pytest.mark.slow
def test_false_survivors_are_as_rare_as_promised_over_a_whole_audit() -> None:
    """Three keeps that do nothing, all compared with the same best: one of 20 audits at most."""
    rng, errors, audits = random.Random(11), 0, 200
    for _ in range(audits):
        seeds = range(5)
        best = drawn(0.0, 1.0, rng, seeds)
        rest = [drawn(0.0, 1.0, rng, seeds) for _ in range(3)]
        found = [estimate(best, one, goal="maximize") for one in rest]
        if min(one.p or 0.0 for one in found) > 0.05:
            continue  # a correction makes no p smaller
        errors += any(
            shown(one.gain, p, 0.0, deterministic=False)
            for one, p in zip(found, corrected(found), strict=True)
        )
    assert errors / audits < 0.05 + 3 * (0.05 * 0.95 / audits) ** 0.5


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held, times = random.Random(12), 0, 200
    for _ in range(times):
        found = estimate(
            drawn(2.0, 1.0, rng, range(6)), drawn(0.0, 0.3, rng, range(6)), goal="maximize"
        )
        assert found.low is not None and found.high is not None
        held += found.low <= 2.0 <= found.high
    assert abs(held / times - 0.95) < 3 * (0.05 * 0.95 / times) ** 0.5
