"""How a walk is set down so that it can be taken up again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")

GRACE = 5.0
"""Seconds that what thinks has to clean up after itself when it is cut short."""


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
        self._now = asyncio.Event()

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

    def stop_now(self) -> None:
        """Set walks down without waiting for what thinks or is measured."""
        self.stop()
        self._now.set()

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

    async def or_now(self, work: asyncio.Future[T]) -> None:
        """Return when ``work`` is done, or when somebody said `stop --now`."""
        hurry = asyncio.ensure_future(self._now.wait())
        try:
            await asyncio.wait((work, hurry), return_when=asyncio.FIRST_COMPLETED)
        finally:
            hurry.cancel()

    async def unless_now(self, work: Coroutine[object, object, T]) -> T:
        """What ``work`` gives; `stop --now` cancels it and raises :class:`Suspended` here."""
        task = asyncio.ensure_future(work)
        try:
            await self.or_now(task)
            if task.done():
                return task.result()
        finally:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait((task,), timeout=GRACE)
        raise Suspended
