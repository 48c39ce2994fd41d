"""Waiting out what a role's engine stands on: a rate limit, a subscription's limit, a server down.

A walk waits where it is and asks again; no new one begins meanwhile. Nothing is charged, since
nothing was answered. A lab that dies while it waits asks again when it is resumed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from orgloop.errors import EngineOutage
from orgloop.graph.suspend import StopSignal

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 15.0, 15 * 60.0
"""Seconds before asking again where nobody says when: doubled each time, up to the longest."""
GRACE = 1.0
"""Seconds added to a time that was named: clocks differ."""


async def _say_nothing(_: str) -> None:
    """Nobody listens."""


class Outages:
    """One run's engines that cannot answer now, by their label."""

    def __init__(self, stop: StopSignal, *, clock: Callable[[], float] = time.time) -> None:
        """``clock`` is Unix time."""
        self._stop = stop
        self._clock = clock
        self._until: dict[str, float] = {}
        self._waits: dict[str, int] = {}
        self.tell: Callable[[str], Awaitable[None]] = _say_nothing
        """Awaited with a sentence when an engine's outage begins, and when it is over."""

    @property
    def going_on(self) -> bool:
        """Whether some engine is waited for: a walk begun now would only wait, too."""
        return bool(self._until)

    async def sit_out(self, label: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What ``ask`` returns, asked again for as long as it raises EngineOutage.

        Raises :class:`~orgloop.graph.suspend.Suspended` if the run is stopped meanwhile.
        """
        while True:
            if label in self._until:
                await self._wait(label)
            try:
                answer = await ask()
            except EngineOutage as outage:
                await self._begin(label, outage)
                continue
            if self._until.pop(label, None) is not None:
                self._waits.pop(label, None)
                await self.tell(f"`{label}` answers again.")
            return answer

    async def _begin(self, label: str, outage: EngineOutage) -> None:
        now, known = self._clock(), label in self._until
        if known and self._until[label] > now:
            return  # another walk was told the same, and has set the time
        waits = self._waits.get(label, 0)
        self._waits[label] = waits + 1
        wait = min(FIRST_WAIT * 2**waits, LONGEST_WAIT)
        until = now + wait if outage.until is None else outage.until + GRACE
        self._until[label] = max(until, now + GRACE)
        if not known:
            at = time.strftime("%H:%M:%S", time.localtime(self._until[label]))
            await self.tell(
                f"`{label}` cannot answer now: {outage} Experiments wait, none is charged; "
                f"it is asked again at {at}."
            )

    async def _wait(self, label: str) -> None:
        # A wall clock and short naps: a machine that slept through the limit goes on at once.
        while self._clock() < self._until.get(label, 0.0):
            await self._stop.boundary()
            await asyncio.sleep(min(0.2, max(0.01, self._until[label] - self._clock())))
        await self._stop.boundary()
