"""Holds back money for answers that are under way, so that a budget is not overdrawn.

Before a role is asked, what its answer may cost is held; when it is paid, the rest is free again.
What is held is also the answer's allowance: an engine that ends an answer there cannot overdraw the
budget at all, since nothing is held twice. Others overdraw it by one answer at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator

from orgloop.engines.protocol import Allowance
from orgloop.graph.budget import Left, RunBudget
from orgloop.graph.forecast import Spending
from orgloop.graph.offload import Offload
from orgloop.graph.suspend import StopSignal, Suspended
from orgloop.ledger.numbers import dollars

GENEROUS = 4.0
"""What is held, in multiples of what such an answer likely costs at most: answers vary."""
SHARE = 1 / 8
"""What is held at least, as a share of what is free: early on nobody knows what answers cost."""
NAP = 0.2


class OutOfBudget(Suspended):
    """Too little is left for another answer. The walk goes on when the budget is raised."""


class Till:
    """One run's tokens and dollars."""

    def __init__(self, budget: RunBudget, stop: StopSignal, offload: Offload) -> None:
        self._budget = budget
        self._stop = stop
        self._offload = offload
        self._held: dict[int, Allowance] = {}
        self._turn = 0
        self._changed = asyncio.Event()
        self.short = ""
        """Why an answer could not be paid for, in a sentence; empty while all could."""

    @property
    def bounded(self) -> bool:
        """Whether there is a budget of tokens or dollars at all."""
        return self._budget.limits.tokens is not None or self._budget.limits.usd is not None

    @contextlib.asynccontextmanager
    async def hold(self, need: Spending, role: str, *, seats: int = 1) -> AsyncIterator[Allowance]:
        """Hold what one answer of ``role`` may cost, while it is asked for and put on record.

        ``seats`` is how many of a panel are still to be asked, this one included: the first is not
        asked unless the last can be. Where it is not free now, but held for others, wait for what
        they leave. Raises :class:`OutOfBudget` where nobody could leave anything.
        """
        ticket, allowance = await self._take(need, role, seats)
        try:
            yield allowance
        finally:
            del self._held[ticket]
            self._turn += 1
            self._changed.set()

    async def _take(self, need: Spending, role: str, seats: int) -> tuple[int, Allowance]:
        while True:
            await self._stop.boundary()
            turn, others = self._turn, bool(self._held)
            left = await self._offload.ledger(self._budget.left)
            if turn != self._turn:
                continue  # somebody has paid meanwhile: what was read is not what is left
            allowance = None if left.spent_by_models else self._allowance(left, need, seats)
            if allowance is not None:
                self._turn += 1
                self._held[self._turn] = allowance
                return self._turn, allowance
            if not others:
                self.short = left.spent_by_models or _too_little(left, need, role, seats)
                raise OutOfBudget
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), NAP)

    def _allowance(self, left: Left, need: Spending, seats: int) -> Allowance | None:
        tokens, usd = left.tokens, left.usd
        held_tokens = sum(held.tokens or 0 for held in self._held.values())
        held_usd = sum(held.usd or 0.0 for held in self._held.values())
        if tokens is not None:
            share = _share(tokens - held_tokens, need.tokens, seats)
            if share < 1:
                return None
            tokens = math.floor(share)
        if usd is not None:
            usd = _share(usd - held_usd, need.usd or 0.0, seats)
            if usd <= 0:
                return None
        return Allowance(tokens, usd)


def _share(free: float, need: float, seats: int) -> float:
    """How much of ``free`` to hold for an answer that likely costs no more than ``need``."""
    if free <= 0 or free < seats * need:
        return 0.0
    return min(free / seats, max(GENEROUS * need, SHARE * free))


def _too_little(left: Left, need: Spending, role: str, seats: int) -> str:
    what = "an answer of" if seats == 1 else f"{seats} answers of"
    if left.tokens is not None and left.tokens < max(1.0, seats * need.tokens):
        return (
            f"The budget of tokens is used up: {left.tokens:,} are left, and {what} `{role}` may "
            f"take {math.ceil(seats * need.tokens):,}."
        )
    return (
        f"The budget of dollars is used up: {dollars(left.usd or 0.0)} is left, and {what} "
        f"`{role}` may cost {dollars(seats * (need.usd or 0.0))}."
    )
