"""Nothing is spent twice: what answers may cost is held while they are under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from orgloop.charter import Budget
from orgloop.graph.budget import RunBudget, Used
from orgloop.graph.forecast import Spending
from orgloop.graph.offload import Offload
from orgloop.graph.suspend import StopSignal, Suspended
from orgloop.graph.till import OutOfBudget, Till


@dataclass
class Account:
    """A run's budget with nothing behind it."""

    offload: Offload
    limits: Budget
    used: Used = field(default_factory=Used)
    stop: StopSignal = field(default_factory=StopSignal)

    def till(self) -> Till:
        return Till(RunBudget(self.limits, lambda: self.used), self.stop, self.offload)


@pytest.fixture
async def offload() -> AsyncIterator[Offload]:
    threads = Offload()
    yield threads
    threads.close()


async def test_an_answer_s_allowance_is_never_promised_twice(offload: Offload) -> None:
    till = Account(offload, Budget(usd=1.0, tokens=1000)).till()
    need = Spending(tokens=100, usd=0.1)
    async with till.hold(need, "pi") as first, till.hold(need, "pi") as second:
        assert first.tokens == 400 and first.usd == pytest.approx(0.4)
        async with till.hold(need, "pi") as third:
            shares = [first, second, third]
            assert sum(share.tokens or 0 for share in shares) <= 1000
            assert sum(share.usd or 0.0 for share in shares) <= 1.0 + 1e-9


async def test_a_dear_answer_waits_for_what_others_leave(offload: Offload) -> None:
    account = Account(offload, Budget(usd=1.0))
    till, order = account.till(), list[str]()

    async def ask(name: str, need: float, cost: float) -> None:
        async with till.hold(Spending(1, need), name) as allowance:
            assert allowance.usd is not None and allowance.usd >= need
            await asyncio.sleep(0.01)
            order.append(name)
            account.used = Used(usd=account.used.usd + cost)

    await asyncio.gather(ask("first", 0.3, 0.1), ask("second", 0.8, 0.8))
    assert order == ["first", "second"] and account.used.usd == pytest.approx(0.9)


async def test_what_cannot_be_paid_for_is_not_asked(offload: Offload) -> None:
    till = Account(offload, Budget(usd=1.0), Used(usd=0.95)).till()
    with pytest.raises(OutOfBudget):
        async with till.hold(Spending(10, 0.1), "critic"):
            raise AssertionError("it was asked")
    assert till.short == (
        "The budget of dollars is used up: $0.05 is left, and an answer of `critic` may cost $0.10."
    )


async def test_a_panel_is_not_begun_that_could_not_be_finished(offload: Offload) -> None:
    till = Account(offload, Budget(tokens=250)).till()
    with pytest.raises(OutOfBudget):
        async with till.hold(Spending(100), "jury", seats=3):
            raise AssertionError("the first seat was asked")
    async with till.hold(Spending(100), "jury", seats=2) as allowance:
        assert allowance.tokens == 125 and allowance.usd is None


async def test_a_model_without_a_price_ends_a_budget_of_dollars(offload: Offload) -> None:
    till = Account(offload, Budget(usd=1.0), Used(unpriced=("openai:mine",))).till()
    with pytest.raises(OutOfBudget):
        async with till.hold(Spending(10, None), "pi"):
            pass
    assert "`openai:mine`" in till.short and "not known" in till.short
    tokens = Account(offload, Budget(tokens=100), Used(unpriced=("openai:mine",))).till()
    async with tokens.hold(Spending(10, None), "pi") as allowance:
        assert allowance.tokens == 40


async def test_who_waits_for_money_can_be_stopped(offload: Offload) -> None:
    account = Account(offload, Budget(usd=1.0))
    till = account.till()
    async with till.hold(Spending(1, 0.9), "pi"):
        waiting = asyncio.create_task(till.hold(Spending(1, 0.9), "pi").__aenter__())
        await asyncio.sleep(0.05)
        account.stop.stop()
        with pytest.raises(Suspended):
            await waiting
    assert till.short == ""
