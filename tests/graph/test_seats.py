"""Seats are asked side by side, and fail as one."""

from __future__ import annotations

import asyncio

import pytest

from orgloop.engines.protocol import Answer
from orgloop.errors import EngineError
from orgloop.graph.desk_visit import Visited
from orgloop.graph.seats import all_of
from orgloop.people import NotAnswered


async def yes() -> Visited:
    return Visited(Answer(note="Yes."))


async def fails(error: BaseException) -> Visited:
    raise error


async def test_every_seat_is_heard_in_its_order() -> None:
    assert [one.answer.note for one in await all_of([yes(), yes()])] == ["Yes.", "Yes."]


async def test_the_failure_of_a_seat_is_the_panel_s() -> None:
    with pytest.raises(EngineError, match="No"):
        await all_of([yes(), fails(EngineError("No."))])


async def test_a_stop_is_never_told_as_a_seat_that_failed() -> None:
    with pytest.raises(asyncio.CancelledError):
        await all_of([fails(EngineError("No.")), fails(asyncio.CancelledError())])


async def test_a_seat_that_failed_is_not_hidden_by_one_that_waits_for_a_person() -> None:
    with pytest.raises(EngineError, match="No"):
        await all_of([fails(NotAnswered()), fails(EngineError("No."))])
