"""How a walk is set down so that it can be taken up again."""

from __future__ import annotations

import asyncio


class Suspended(Exception):
    """The walk stops here and goes on in a later session; nothing about it is decided.

    Not an error and so not in :mod:`orgloop.errors`: nodes raise it, only the walk's runner
    catches it.
    """


class StopSignal:
    """What a person asked of the whole run, read by every node before it begins something new."""

    def __init__(self) -> None:
        self._stopping = False
        self._running = asyncio.Event()
        self._running.set()

    @property
    def stopping(self) -> bool:
        """Whether walks are to be set down at the next boundary."""
        return self._stopping

    @property
    def paused(self) -> bool:
        """Whether walks wait where they are."""
        return not self._running.is_set()

    def stop(self) -> None:
        """Set walks down; wakes those that a pause holds, so that they can be."""
        self._stopping = True
        self._running.set()

    def pause(self) -> None:
        """Hold walks at their next boundary; a bench run that goes on is measured."""
        if not self._stopping:
            self._running.clear()

    def resume(self) -> None:
        """Let held walks go on."""
        self._running.set()

    async def boundary(self) -> None:
        """Pass, wait out a pause, or raise :class:`Suspended`."""
        await self._running.wait()
        if self._stopping:
            raise Suspended
