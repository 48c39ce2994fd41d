from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from orgloop.referee.probation import (
    Side,
    compare_sides,
    expected_gain,
    looks,
    verdict,
)

Draw = Callable[[np.random.Generator, int], list[float]]


def test_the_expected_gain_of_a_normal_is_its_positive_part() -> None:
    rng = np.random.default_rng(0)
    for mean, sd in ((-1.0, 1.0), (0.0, 0.5), (0.3, 2.0)):
        drawn = np.maximum(rng.normal(mean, sd, 400_000), 0).mean()
        found = expected_gain(np.array([mean]), np.array([sd]))[0]
        assert found == pytest.approx(drawn, rel=0.02)
    assert expected_gain(np.array([-1.0, 2.0]), np.array([0.0, 0.0])).tolist() == [0.0, 2.0]


def side(effects: list[float], experiments: int | None = None, bench_s: float = 0.0) -> Side:
    return Side(len(effects) if experiments is None else experiments, effects, bench_s)


def normal(mean: float, sd: float, count: int, seed: int) -> list[float]:
    return list(np.random.default_rng(seed).normal(mean, sd, count))


def test_the_bolder_of_two_is_better_though_its_mean_change_is_worse() -> None:
    bold, timid = normal(-1.0, 1.0, 40, 1), normal(-0.05, 0.05, 40, 2)
    found = compare_sides(side(bold), side(timid), noise_sd=0.05, seed=1)
    assert found.chance > 0.95 and found.new > found.old


def test_noise_is_not_taken_for_boldness() -> None:
    noisy, bold = normal(-0.5, 0.6, 200, 1), normal(-0.5, 0.6, 200, 2)
    known = compare_sides(side(noisy), side(bold), noise_sd=0.6, seed=1)
    assert known.new < compare_sides(side(noisy), side(bold), noise_sd=0.1, seed=1).new / 4


def test_who_gets_less_of_its_work_measured_is_worse() -> None:
    effects = normal(-0.5, 1.0, 20, 1)
    found = compare_sides(side(effects), side(effects, experiments=80), noise_sd=0.1, seed=1)
    assert found.chance > 0.9


def test_who_takes_longer_on_the_bench_is_worse() -> None:
    effects = normal(-0.5, 1.0, 20, 1)
    slow, fast = side(effects, bench_s=400.0), side(effects, bench_s=40.0)
    assert compare_sides(slow, fast, noise_sd=0.1, seed=1).chance < 0.1


def test_little_evidence_decides_little() -> None:
    found = compare_sides(side([0.5]), side([-0.5]), noise_sd=0.5, seed=1)
    assert 0.3 < found.chance < 0.8
    assert compare_sides(side([]), side([]), noise_sd=None, seed=1).chance == 0.5


def test_the_same_record_gives_the_same_answer() -> None:
    one, other = side(normal(0, 1, 9, 1)), side(normal(0, 1, 9, 2))
    assert compare_sides(one, other, noise_sd=0.2, seed=3) == compare_sides(
        one, other, noise_sd=0.2, seed=3
    )


def outcome(new: Draw, old: Draw, seed: int, noise: float = 0.5) -> bool:
    """Whether a change stays, looked at as a lab does."""
    rng = np.random.default_rng(seed)
    ours, theirs = new(rng, 20), old(rng, 20)
    for done in sorted(looks(20)):
        found = compare_sides(side(ours[:done]), side(theirs[:done]), noise_sd=noise, seed=seed)
        stays = verdict(found, done, 20, 0.8)
        if stays is not None:
            return stays
    raise AssertionError("the last look decides")


def test_a_change_that_helps_stays_more_often_than_one_that_does_not() -> None:
    def draws(mean: float, sd: float) -> Draw:
        return lambda rng, count: list(rng.normal(mean, np.hypot(sd, 0.5), count))

    same, better, worse = draws(-1, 1), draws(-0.2, 1.2), draws(-1.5, 0.5)
    stays = [
        sum(outcome(new, same, seed) for seed in range(120)) / 120 for new in (same, better, worse)
    ]
    assert stays[0] < 0.5
    assert stays[1] > 0.7
    assert stays[2] < 0.15
