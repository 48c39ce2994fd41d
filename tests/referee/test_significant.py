"""The significant rule, through the protocol."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgloop.referee import Call, Case, Reign, Ruling, Sample, referee_for

BASELINE = (2.70, 2.72, 2.71)


def samples(*values: float, first: int = 0) -> list[Sample]:
    return [Sample(first + index, value) for index, value in enumerate(values)]


def rule(
    candidate: list[Sample], incumbent: list[Sample], goal: str = "minimize", **more: object
) -> Ruling:
    return referee_for("significant").rule(Case(goal, candidate, incumbent, **more))  # type: ignore[arg-type]


def settled(*refused: float, baseline: tuple[float, ...] = BASELINE) -> list[Reign]:
    """A run whose noise is known: the baseline, and refused candidates measured twice."""
    spread = [0.01 if index % 2 else -0.01 for index in range(len(refused))]
    pairs = [samples(v - s, v + s) for v, s in zip(refused, spread, strict=True)]
    return [Reign(samples(*baseline), pairs)]


REFUSED = (2.80, 2.75, 2.90, 2.72, 2.78, 2.83, 2.71, 2.76)


def test_a_huge_gain_is_kept_after_at_most_two_measurements_in_a_young_run() -> None:
    first = rule(samples(2.40), samples(*BASELINE))
    second = rule(samples(2.40, 2.41), samples(*BASELINE))
    assert first.call in (Call.BETTER, Call.AGAIN)
    assert second.call is Call.BETTER


def test_a_huge_gain_is_kept_after_one_measurement_once_the_noise_is_known() -> None:
    lineage = settled(*REFUSED)
    assert rule(samples(2.40), samples(*BASELINE), lineage=lineage).call is Call.BETTER


def test_a_huge_gain_is_kept_in_a_run_where_nothing_had_helped() -> None:
    lineage = settled(*([2.71] * 60))
    assert rule(samples(2.55), samples(*BASELINE), lineage=lineage).call is Call.BETTER


@pytest.mark.parametrize("lineage", [[], settled(*REFUSED)])
def test_what_is_clearly_worse_is_measured_once(lineage: list[Reign]) -> None:
    assert rule(samples(2.90), samples(*BASELINE), lineage=lineage).call is Call.WORSE


def test_an_unclear_gain_is_measured_again_and_never_more_than_ten_times() -> None:
    assert rule(samples(2.705), samples(*BASELINE)).call is Call.AGAIN
    ten = samples(2.70, 2.72, 2.71, 2.70, 2.72, 2.705, 2.71, 2.70, 2.705, 2.715)
    assert rule(ten, samples(*BASELINE)).call in (Call.SPENT, Call.WORSE)


def test_without_a_run_left_nothing_is_measured_again() -> None:
    ruling = rule(samples(2.705), samples(*BASELINE), remaining=0)
    assert ruling.call in (Call.SPENT, Call.WORSE)


@pytest.mark.parametrize("n", range(1, 11))
@pytest.mark.parametrize("lineage", [[], settled(*REFUSED), settled(2.5, 2.4, 2.3, 2.2)])
def test_equal_values_are_never_kept(n: int, lineage: list[Reign]) -> None:
    equal = samples(*([2.71] * n))
    assert rule(equal, samples(*BASELINE), lineage=lineage).call is not Call.BETTER


def test_identical_repeats_mean_that_min_delta_decides_and_no_significance_is_claimed() -> None:
    better = rule(samples(2.70), samples(2.71, 2.71, 2.71))
    assert better.call is Call.BETTER
    assert better.p_better is None
    assert better.stderr is None
    assert "no significance is claimed" in better.why
    less = rule(samples(2.70), samples(2.71, 2.71, 2.71), min_delta=0.02)
    assert less.call is Call.WORSE
    assert rule(samples(2.71), samples(2.71, 2.71, 2.71)).call is Call.WORSE


def test_noise_that_nobody_measured_is_measured_before_anything_is_kept() -> None:
    ruling = rule(samples(2.0), samples(2.71))
    assert ruling.call is Call.AGAIN
    assert "noise is not known" in ruling.why
    assert rule(samples(2.0), samples(2.71), remaining=0).call is Call.SPENT


def test_min_delta_must_be_beaten_and_not_only_reached() -> None:
    lineage = settled(*REFUSED)
    assert rule(samples(2.60), samples(*BASELINE), lineage=lineage).call is Call.BETTER
    ruling = rule(samples(2.60), samples(*BASELINE), lineage=lineage, min_delta=0.3)
    assert ruling.call is Call.WORSE
    assert "by more than 0.3" in ruling.why


def test_a_role_that_asks_again_is_given_one_measurement_above_the_cap() -> None:
    lineage = settled(*REFUSED)
    values = [2.705, 2.70, 2.703, 2.698, 2.706, 2.70, 2.702, 2.701, 2.704, 2.70]
    incumbent = samples(*BASELINE)
    capped = rule(samples(*values), incumbent, lineage=lineage)
    assert capped.call is not Call.AGAIN
    eleventh = rule(samples(*values, 2.70), incumbent, lineage=lineage, asked_again=True)
    assert eleventh.call is not Call.AGAIN


def test_the_sentence_has_the_numbers_behind_the_call() -> None:
    ruling = rule(samples(2.60, 2.61), samples(*BASELINE), lineage=settled(*REFUSED))
    assert "from 2 runs against 3" in ruling.why
    assert "11 df" in ruling.why
    assert "8 earlier changes" in ruling.why
    assert ruling.why.endswith("that it is real")


def test_a_kept_value_is_drawn_toward_what_changes_usually_do() -> None:
    noisy = [Reign(samples(0.0, 1.0, -1.0), [samples(v, v + 1) for v in (-2, -1, -0.5, 0, -1.5)])]
    ruling = rule(samples(2.5), samples(0.0, 1.0, -1.0), "maximize", lineage=noisy)
    assert ruling.value < 2.5


def test_a_lucky_incumbent_is_marked_down_by_the_candidates_that_it_beat() -> None:
    first = Reign(samples(0.0, 0.5, -0.5), [samples(v, v + 0.8) for v in (-1, -0.5, -0.7, -0.2)])
    lucky = samples(2.0)
    fresh = Case("maximize", (), lucky, lineage=[first, Reign(lucky)])
    beaten = [samples(v) for v in (-1, -0.5, -0.7, -0.2, -0.6, -0.9, -0.4, -0.3)]
    later = Case("maximize", (), lucky, lineage=[first, Reign(lucky, beaten)])
    standing = referee_for("significant").standing
    now, before = standing(later), standing(fresh)
    assert now is not None
    assert before is not None
    assert now.value < before.value < 2.0


def test_the_incumbent_of_a_deterministic_task_stands_as_it_was_recorded() -> None:
    case = Case("minimize", (), samples(2.0, 2.0))
    assert referee_for("significant").standing(case) is None
    assert referee_for("greedy").standing(case) is None


def test_seeds_that_shift_every_commit_alike_are_paired() -> None:
    shift = (0.3, -0.3, 0.2, -0.2)
    wiggle = (0.004, -0.003, 0.002, -0.005, 0.001)

    def commit(level: float, n: int, salt: int) -> list[Sample]:
        return [Sample(s, level + shift[s] + wiggle[(s * 2 + salt) % 5]) for s in range(n)]

    incumbent = commit(0.0, 4, 0)
    refused = [commit(level, 4, i) for i, level in enumerate((-0.05, -0.1, -0.02, -0.2, -0.07))]
    ruling = rule(commit(0.06, 2, 3), incumbent, "maximize", lineage=[Reign(incumbent, refused)])
    assert ruling.call is Call.BETTER
    assert "seeds paired" in ruling.why
    assert ruling.gain == pytest.approx(0.06, abs=0.02)


def test_how_badly_a_run_diverged_teaches_nothing_about_small_changes() -> None:
    usual = [samples(v) for v in (2.72, 2.73, 2.70, 2.74, 2.725, 2.715)]
    baseline = samples(2.70, 2.72, 2.71, 2.705, 2.715, 2.70, 2.72, 2.71, 2.71)
    bad, wild = (
        rule(samples(2.70), baseline, lineage=[Reign(baseline, [*usual, samples(value)])])
        for value in (4.0, 9000.0)
    )
    assert bad.p_better == pytest.approx(wild.p_better)
    assert wild.call is not Call.BETTER


values = st.lists(st.floats(-3, 3).map(lambda v: round(v, 3)), min_size=1, max_size=6)
baselines = st.lists(
    st.floats(-1, 1).map(lambda v: round(v, 3)), min_size=3, max_size=5, unique=True
)
"""As many as a lab measures: with two alone a wider gap is evidence about the noise, too."""
sides = st.lists(st.floats(-1, 1).map(lambda v: round(v, 3)), min_size=2, max_size=5, unique=True)


@settings(max_examples=30, deadline=None)
@given(candidate=values, incumbent=sides, earlier=values)
def test_turning_the_goal_and_every_sign_changes_nothing(
    candidate: list[float], incumbent: list[float], earlier: list[float]
) -> None:
    def under(goal: str, sign: int) -> Ruling:
        ours, theirs = ([sign * v for v in side] for side in (candidate, incumbent))
        reign = Reign(samples(*theirs), [samples(sign * v) for v in earlier])
        return rule(samples(*ours), samples(*theirs), goal, lineage=[reign])

    up, down = under("maximize", 1), under("minimize", -1)
    assert up.call is down.call
    assert up.gain == pytest.approx(down.gain)
    assert up.value == pytest.approx(-down.value)


@settings(max_examples=30, deadline=None)
@given(
    candidate=values,
    incumbent=sides,
    scale=st.sampled_from([0.001, 1.0, 1000.0]),
    shift=st.sampled_from([0.0, 7.0, -300.0]),
)
def test_units_and_origin_of_the_metric_do_not_matter(
    candidate: list[float], incumbent: list[float], scale: float, shift: float
) -> None:
    plain = rule(samples(*candidate), samples(*incumbent), "maximize")
    moved = rule(
        samples(*(scale * (v + shift) for v in candidate)),
        samples(*(scale * (v + shift) for v in incumbent)),
        "maximize",
    )
    assert moved.gain == pytest.approx(scale * plain.gain, rel=1e-5, abs=1e-5 * scale)
    assert moved.p_better == pytest.approx(plain.p_better, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(candidate=values, incumbent=baselines, lift=st.floats(0.01, 5))
def test_better_values_never_look_less_probable(
    candidate: list[float], incumbent: list[float], lift: float
) -> None:
    low = rule(samples(*candidate), samples(*incumbent), "maximize")
    high = rule(samples(*(v + lift for v in candidate)), samples(*incumbent), "maximize")
    assert low.p_better is not None
    assert high.p_better is not None
    assert high.p_better >= low.p_better - 0.02


@settings(max_examples=50, deadline=None)
@given(
    candidate=st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1),
    incumbent=st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1),
)
def test_every_case_of_finite_numbers_gets_a_ruling(
    candidate: list[float], incumbent: list[float]
) -> None:
    for name in ("significant", "greedy", "welch"):
        ruling = referee_for(name).rule(Case("maximize", samples(*candidate), samples(*incumbent)))
        assert ruling.why
