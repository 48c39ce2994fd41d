import asyncio
from dataclasses import replace

import pytest

from orgloop.engines import Outcome, PastStep
from orgloop.errors import EngineError
from orgloop.testing.requests import a_request, a_role
from orgloop.testing.scripted import Line, Scripted, engine

REQUEST = a_request(files={"train.py": "LR = 1\n"}, role=a_role("reviewer"))


async def test_a_role_without_a_part_passes() -> None:
    answer = await engine().think(REQUEST)
    assert answer.outcome is Outcome.PASS
    assert "reviewer" in answer.note


async def test_lines_are_taken_in_turn_by_the_walks_own_visits() -> None:
    scripted = Scripted({"reviewer": [Line(decision="revise"), Line(decision="approve")]})
    again = replace(REQUEST, history=[PastStep("reviewer", "revise", "No.", {})])
    thrice = replace(again, history=[*again.history, PastStep("reviewer", "approve", "Yes.", {})])
    decisions = [(await scripted.think(one)).decision for one in (again, REQUEST, REQUEST, thrice)]
    assert decisions == ["approve", "revise", "revise", "approve"]
    assert len(scripted.asked) == 4


async def test_a_part_may_be_a_function_of_the_request() -> None:
    scripted = Scripted({"reviewer": lambda request: Line(note=request.experiment)})
    assert (await scripted.think(REQUEST)).note == "e0001"


async def test_a_line_may_fail() -> None:
    with pytest.raises(EngineError, match="no quota"):
        await Scripted({"reviewer": Line(fails="no quota")}).think(REQUEST)


async def test_a_delay_is_slept_and_not_spun(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await Scripted(delay=2.0).think(REQUEST)
    await Scripted({"reviewer": Line(delay=0.5)}, delay=2.0).think(REQUEST)
    assert slept == [2.0, 0.5]
