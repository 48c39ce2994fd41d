"""How large an audit is: settled by the noise and the claims, bounded by what the search cost."""

from __future__ import annotations

from orgloop.audit.cost import DETERMINISTIC, LEAST, MOST, UNKNOWN, runs_each, seconds


def test_a_clear_claim_needs_few_runs() -> None:
    assert runs_each(noise_sd=0.01, claims=[0.5, 0.4], commits=4, spent=100) == LEAST


def test_a_claim_as_large_as_the_noise_needs_as_many_as_show_it() -> None:
    """2 ((1.645 + 0.842) sd / gain)^2 = 12.4 for one claim."""
    assert runs_each(noise_sd=0.1, claims=[0.1], commits=3, spent=500) == 13


def test_more_claims_need_more_runs_and_there_is_an_end() -> None:
    one = runs_each(noise_sd=0.1, claims=[0.1], commits=3, spent=500)
    many = runs_each(noise_sd=0.1, claims=[0.1] * 4, commits=6, spent=500)
    assert one < many <= MOST
    assert runs_each(noise_sd=9.0, claims=[0.1], commits=3, spent=5000) == MOST


def test_it_costs_no_more_than_the_search_did_unless_that_was_next_to_nothing() -> None:
    assert runs_each(noise_sd=0.1, claims=[0.05], commits=10, spent=80) == 8
    assert runs_each(noise_sd=0.1, claims=[0.05], commits=10, spent=20) == LEAST


def test_unknown_noise_and_none_at_all() -> None:
    assert runs_each(noise_sd=None, claims=[0.1], commits=3, spent=500) == UNKNOWN
    assert runs_each(noise_sd=0.0, claims=[0.1], commits=3, spent=500) == DETERMINISTIC
    assert runs_each(noise_sd=0.1, claims=[], commits=3, spent=500) == UNKNOWN


def test_the_time_is_in_rounds_of_slots() -> None:
    assert seconds([4.0, 6.0], runs=5, slots=2) == 15.0
    assert seconds([], runs=5, slots=2) is None
