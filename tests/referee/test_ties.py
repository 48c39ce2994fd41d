"""Ties that go to less code."""

from __future__ import annotations

import pytest

from orgloop.referee import Call, Case, Reign, Ruling, Sample, Tie, referee_for


def samples(*values: float) -> list[Sample]:
    return [Sample(seed, value) for seed, value in enumerate(values)]


BASELINE = samples(2.70, 2.72, 2.71, 2.70, 2.72, 2.71, 2.705, 2.715, 2.71, 2.71)
NOTHING_MATTERS = [
    Reign(BASELINE, [samples(2.71 + shift, 2.71 - shift) for shift in (0.01, -0.01) * 15])
]
"""Thirty changes, none of which did anything: noise sd 0.01."""


def rule(candidate: list[Sample], tie: Tie | None, **more: object) -> Ruling:
    case = Case("minimize", candidate, BASELINE, lineage=NOTHING_MATTERS, tie=tie, **more)  # type: ignore[arg-type]
    return referee_for("significant").rule(case)


def test_what_is_shown_to_be_as_good_from_less_code_is_kept_and_says_so() -> None:
    ruling = rule(samples(2.71, 2.71, 2.712), Tie())
    assert ruling.call is Call.SIMPLER
    assert ruling.call.keeps
    assert "half the noise sd, by two one-sided tests" in ruling.why
    assert ruling.conceded is not None
    assert 0 <= ruling.conceded < 0.006


def test_without_the_policy_or_without_less_code_a_tie_is_no_keep() -> None:
    ruling = rule(samples(2.71, 2.71, 2.712), None)
    assert not ruling.call.keeps
    assert ruling.conceded is None


def test_one_measurement_never_shows_that_two_are_equal() -> None:
    assert rule(samples(2.71), Tie()).call is Call.AGAIN


def test_without_a_run_left_an_unshown_tie_is_let_go() -> None:
    assert not rule(samples(2.71), Tie(), remaining=0).call.keeps


def test_what_looks_worse_is_not_kept_for_its_simplicity() -> None:
    for n in range(1, 13):
        assert rule(samples(*([2.73] * n)), Tie()).call is not Call.SIMPLER


def test_a_run_concedes_at_most_one_margin() -> None:
    spent = rule(samples(2.71, 2.71, 2.712), Tie(conceded=0.005))
    assert spent.call is not Call.SIMPLER
    conceded, kept = 0.0, 0
    for _ in range(50):
        ruling = rule(samples(2.71, 2.711, 2.711), Tie(conceded))
        if ruling.call is not Call.SIMPLER or ruling.conceded is None:
            break
        conceded, kept = conceded + ruling.conceded, kept + 1
    assert 0 < kept < 50
    assert conceded <= 0.0055


def test_it_stops_measuring_what_cannot_be_shown() -> None:
    young = samples(2.70, 2.72, 2.71)
    case = Case("minimize", samples(*([2.71, 2.712] * 6)), young, tie=Tie())
    assert referee_for("significant").rule(case).call is not Call.AGAIN


@pytest.mark.parametrize("accept", ["significant", "greedy"])
@pytest.mark.parametrize(
    ("value", "call"), [(1.0, Call.SIMPLER), (0.9, Call.BETTER), (1.0001, Call.WORSE)]
)
def test_where_noise_is_not_known_only_what_is_not_worse_at_all_is_kept(
    accept: str, value: float, call: Call
) -> None:
    incumbent = samples(1.0, 1.0)
    ruling = referee_for(accept).rule(Case("minimize", samples(value), incumbent, tie=Tie()))
    assert ruling.call is call
    if call is Call.SIMPLER:
        assert ruling.conceded == 0.0
        assert "less code" in ruling.why
