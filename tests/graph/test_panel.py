"""Several seats, one decision."""

from __future__ import annotations

import asyncio

import pytest

from orgloop.engines.protocol import Answer, Usage
from orgloop.errors import EngineError
from orgloop.graph.desk_visit import Visited
from orgloop.graph.panel import agree, answers_of, merge


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


def test_a_seat_that_fails_is_told_with_what_all_seats_paid() -> None:
    failure = EngineError("No.", usage=Usage(input_tokens=7))
    asked = [Visited(Answer(note="Yes.", usage=Usage(input_tokens=5))), failure]
    with pytest.raises(EngineError) as raised:
        answers_of(asked)
    assert raised.value.usage.input_tokens == 12


def test_a_stop_is_never_told_as_a_seat_that_failed() -> None:
    with pytest.raises(asyncio.CancelledError):
        answers_of([EngineError("No."), asyncio.CancelledError()])
