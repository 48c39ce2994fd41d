"""How many walks are kept in flight."""

from __future__ import annotations

from orgloop.lab.admission import Admission, Load, Mean

EMPTY = Load(upstream=0, mean_wait_s=0.0, at_bench=0)


def learned(slots: int, thinking: float, benching: float) -> Admission:
    admission = Admission(slots)
    admission.thinking.add(thinking)
    admission.benching.add(benching)
    return admission


def test_before_anything_is_known_the_slots_are_filled() -> None:
    assert Admission(2).wanted(EMPTY) == 2


def test_quick_roles_are_not_asked_ahead_of_the_results() -> None:
    assert learned(2, thinking=0.01, benching=6.0).target(EMPTY) == 2


def test_roles_that_take_a_tenth_of_a_run_are_asked_one_ahead() -> None:
    assert learned(2, thinking=0.6, benching=6.0).target(EMPTY) == 3


def test_slow_roles_are_asked_ahead_by_littles_law() -> None:
    # four roles of 1 s, evaluations of 1 s, 4 slots: 4 on the bench, 16 before it, one spare
    assert learned(4, thinking=4.0, benching=1.0).target(EMPTY) == 21


def test_walks_that_still_think_count_before_any_has_arrived() -> None:
    admission = Admission(4)
    admission.benching.add(1.0)
    assert admission.target(Load(upstream=4, mean_wait_s=3.0, at_bench=0)) == 17


def test_what_is_in_flight_is_not_begun_again() -> None:
    admission = learned(2, thinking=0.01, benching=6.0)
    assert admission.wanted(Load(upstream=1, mean_wait_s=0.0, at_bench=1)) == 0


def test_a_charter_can_fix_the_look_ahead() -> None:
    admission = Admission(2, lookahead=3)
    admission.thinking.add(100.0)
    admission.benching.add(1.0)
    assert admission.target(EMPTY) == 5


def test_a_mean_follows_a_change_and_forgets_the_old() -> None:
    mean = Mean(memory=4)
    for value in [1.0] * 50 + [9.0] * 50:
        mean.add(value)
    assert abs(mean.value - 9.0) < 1e-3
