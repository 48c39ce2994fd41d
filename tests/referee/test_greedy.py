"""Autoresearch's rule."""

import pytest

from orgloop.referee import Call, Case, Sample, referee_for


@pytest.mark.parametrize(
    ("goal", "value", "call"),
    [
        ("minimize", 0.9, Call.BETTER),
        ("minimize", 1.0, Call.WORSE),
        ("minimize", 1.1, Call.WORSE),
        ("maximize", 1.1, Call.BETTER),
        ("maximize", 1.0, Call.WORSE),
    ],
)
def test_strictly_better_is_kept_and_equal_is_not(goal: str, value: float, call: Call) -> None:
    ruling = referee_for("greedy").rule(Case(goal, [Sample(0, value)], [Sample(0, 1.0)]))
    assert ruling.call is call
    assert ruling.value == value


def test_it_looks_at_the_first_measurement_alone() -> None:
    candidate = [Sample(0, 0.9), Sample(1, 50.0)]
    ruling = referee_for("greedy").rule(Case("minimize", candidate, [Sample(0, 1.0)]))
    assert ruling.call is Call.BETTER


def test_it_says_that_noise_was_not_considered() -> None:
    ruling = referee_for("greedy").rule(Case("minimize", [Sample(0, 0.9)], [Sample(0, 1.0)]))
    assert "noise is not considered" in ruling.why


def test_a_rule_that_nobody_knows_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="'lucky'; there are significant, greedy"):
        referee_for("lucky")
