"""One promotion at a time, so that two candidates cannot chase each other.

Whoever reaches ``keep`` takes the turn and holds it until the walk ends: through being put on the
newer incumbent, measured there and judged again. The others wait, and find the incumbent moved.
"""

from __future__ import annotations

import asyncio


class Promotions:
    """A lock that belongs to an experiment and not to a task."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: str | None = None

    async def take(self, experiment: str) -> None:
        """Wait for the turn; returns at once for the experiment that already has it."""
        if self._holder != experiment:
            await self._lock.acquire()
            self._holder = experiment

    def release(self, experiment: str) -> None:
        """Give the turn back; does nothing for an experiment that does not have it."""
        if self._holder == experiment:
            self._holder = None
            self._lock.release()
