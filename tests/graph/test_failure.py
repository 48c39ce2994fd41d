"""A role that could not answer."""

from __future__ import annotations

from orgloop.errors import EngineError
from orgloop.graph.failure import failed, is_failure
from orgloop.ledger import StepRow
from orgloop.role import Role

ROW = StepRow("r1", "e0001", "pi", 1, 0.0, None)
PI = Role("pi", "Chooses.")


def test_what_is_raised_on_purpose_is_a_sentence_and_no_traceback() -> None:
    row = failed(ROW, PI, EngineError("The model is gone.", hint="Name another."))
    assert row.error == "`pi` failed: The model is gone. Name another."
    assert row.note == ""


def test_what_an_engine_raises_by_mistake_keeps_its_last_frames() -> None:
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError as error:
        row = failed(ROW, PI, error)
    assert row.error == "`pi` failed: its engine raised ZeroDivisionError: a bug"
    assert "test_failure.py" in row.note


def test_a_failure_is_told_from_a_verdict() -> None:
    assert is_failure(failed(ROW, PI, EngineError("No.")).error)
    assert not is_failure("reviewer: Nothing against it: 2 changed lines in 1 file.")
