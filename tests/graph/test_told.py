"""A note says what it did about each message, or that it says nothing."""

from __future__ import annotations

from orgloop.graph.notices import to_acknowledge
from orgloop.graph.told import acknowledged
from orgloop.ledger import MessageRow

TOLD = [MessageRow(1, 0.0, None, "be bold\n# Heading"), MessageRow(12, 0.0, "pi", "be quick")]


def test_a_message_that_is_not_mentioned_by_its_name_is_added() -> None:
    note = acknowledged("I was quick (m12).", TOLD)
    assert note == (
        "I was quick (m12).\n\nTold m1: “be bold # Heading” (the note says nothing about it)"
    )


def test_a_note_that_mentions_all_is_left_alone() -> None:
    assert acknowledged("Told m1: yes.\nTold m12: no.\n", TOLD) == "Told m1: yes.\nTold m12: no.\n"
    assert acknowledged("Nothing to say.", []) == "Nothing to say."


def test_a_brief_is_told_only_what_its_body_left_out() -> None:
    text = to_acknowledge(TOLD, "Somebody said: be quick")
    assert "- m1: be bold\n  # Heading" in text
    assert "- m12, which stands above" in text and "`Told m1: ...`" in text
