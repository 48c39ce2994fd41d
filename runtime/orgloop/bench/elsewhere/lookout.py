"""Looks at the queue for all jobs at once, and no more often than the queue's patience allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol, TypeVar

from orgloop.bench.elsewhere.queue import Phase, Queue, QueueDown, Sight

T = TypeVar("T")


class Call(Protocol):
    """Has something done on the queue's thread."""

    def __call__(self, work: Callable[[], T]) -> Coroutine[object, object, T]:
        """The value, or what was raised."""
        ...


class Lookout:
    """One lab's view of its submissions. A queue that is down says nothing: all goes on waiting."""

    def __init__(self, queue: Queue, call: Call) -> None:
        self._queue, self._call = queue, call
        self._watched: dict[str, Sight] = {}
        self._looked = 0.0
        self._turn = asyncio.Lock()
        self.why: dict[str, str] = {}
        """What the queue said of submissions that are gone, by their names."""

    async def look(self, handle: str, *, since: float) -> Sight:
        """The latest sight of a submission; waiting where none was had after ``since``.

        ``since`` is a time of :func:`time.monotonic`. One that is gone is not looked at again.
        """
        self._watched.setdefault(handle, Sight(Phase.WAITING))
        if time.monotonic() - max(self._looked, since) >= self._queue.patience:
            async with self._turn:
                if time.monotonic() - self._looked >= self._queue.patience:
                    await self._look()
        known = self._watched.get(handle, Sight(Phase.GONE))
        if known.phase is Phase.GONE:
            self._watched.pop(handle, None)
        return known

    async def _look(self) -> None:
        handles = list(self._watched)
        try:
            seen: Mapping[str, Sight] = await self._call(lambda: self._queue.look(handles))
        except QueueDown:
            return
        finally:
            self._looked = time.monotonic()
        for handle in handles:
            self._watched[handle] = seen.get(handle, Sight(Phase.GONE))
