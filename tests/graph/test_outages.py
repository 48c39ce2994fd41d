"""What passes by itself is waited out."""

from __future__ import annotations

import asyncio
import time

import pytest

from orgloop.errors import EngineError, EngineOutage
from orgloop.graph import outages as module
from orgloop.graph.outages import Outages
from orgloop.graph.suspend import StopSignal, Suspended


class Model:
    """Out of order for its first ``failures`` calls."""

    def __init__(self, failures: int, until: float | None = None) -> None:
        self.failures, self.until, self.calls = failures, until, 0

    async def ask(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise EngineOutage("The limit is reached.", until=self.until)
        return "an answer"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(module, "GRACE", 0.01)


async def test_an_answer_after_an_outage_is_an_answer() -> None:
    outages, said = Outages(StopSignal()), []

    async def tell(text: str) -> None:
        said.append(text)

    outages.tell = tell
    assert await outages.sit_out("claude", Model(3).ask) == "an answer"
    assert not outages.going_on
    assert len(said) == 2 and "none is charged" in said[0] and "answers again" in said[1]


async def test_no_one_is_asked_before_the_time_that_was_named() -> None:
    outages, model = Outages(StopSignal()), Model(1, until=time.time() + 3600)
    waiting = asyncio.create_task(outages.sit_out("claude", model.ask))
    await asyncio.sleep(0.1)
    assert outages.going_on and model.calls == 1 and not waiting.done()
    waiting.cancel()


async def test_walks_that_come_during_an_outage_wait_without_asking() -> None:
    outages, model = Outages(StopSignal()), Model(1, until=time.time() + 0.2)
    answers = [asyncio.create_task(outages.sit_out("claude", model.ask)) for _ in range(1)]
    await asyncio.sleep(0.05)
    answers += [asyncio.create_task(outages.sit_out("claude", model.ask)) for _ in range(4)]
    await asyncio.sleep(0.05)
    assert model.calls == 1
    assert await asyncio.gather(*answers) == ["an answer"] * 5


async def test_an_outage_of_one_engine_holds_no_other_up() -> None:
    outages = Outages(StopSignal())
    waiting = asyncio.create_task(outages.sit_out("a", Model(1, until=time.time() + 3600).ask))
    await asyncio.sleep(0.02)
    assert await outages.sit_out("b", Model(0).ask) == "an answer"
    waiting.cancel()


async def test_a_stop_sets_waiting_walks_down() -> None:
    stop = StopSignal()
    outages = Outages(stop)
    waiting = asyncio.create_task(outages.sit_out("a", Model(1, until=time.time() + 3600).ask))
    await asyncio.sleep(0.02)
    stop.stop()
    with pytest.raises(Suspended):
        await waiting


async def test_any_other_failure_is_not_waited_for() -> None:
    async def ask() -> str:
        raise EngineError("No such model.")

    with pytest.raises(EngineError, match="No such model"):
        await Outages(StopSignal()).sit_out("a", ask)
