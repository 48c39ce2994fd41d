"""Several seats, one decision."""

from __future__ import annotations

import pytest

from orgloop.engines.protocol import Answer, Usage
from orgloop.graph.panel import agree, merge


@pytest.mark.parametrize(
    ("arrows", "rule", "decision"),
    [
        (["yes", "yes", "no"], "majority", "yes"),
        (["yes", "no", "no"], "majority", "no"),
        (["yes", "no"], "majority", "no"),
        (["yes", "maybe", "no"], "majority", "no"),
        (["yes", "yes", "yes"], "unanimous", "yes"),
        (["yes", "yes", "no"], "unanimous", "no"),
        (["no", "no", "yes"], "any", "yes"),
        (["no", "no", "no"], "any", "no"),
    ],
)
def test_rules_of_agreement(arrows: list[str | None], rule: str, decision: str) -> None:
    assert agree(arrows, rule=rule, safest="no") == decision


def test_a_panels_note_holds_every_seat_and_the_sum_of_their_cost() -> None:
    answers = [Answer("I like it.", usage=Usage(10, 2, 5, 0.5)), Answer("I do not.")]
    merged = merge(answers, ["yes", "no"], "no")
    assert merged.decision == "no"
    assert "**Seat 1** (yes): I like it." in merged.note
    assert "**Seat 2** (no): I do not." in merged.note
    assert merged.usage == Usage(10, 2, 5, 0.5)
