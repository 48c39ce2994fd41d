"""How a walk is set down so that it can be taken up again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

GRACE = 5.0
"""Seconds that what thinks has to clean up after itself when it is cut short."""


class Suspended(Exception):
    """The walk stops here and goes on in a later session; nothing about it is decided.

    Not an error and so not in :mod:`orgloop.errors`: nodes raise it, only the walk's runner
    catches it.
    """


@dataclass(frozen=True, slots=True)
class Halt:
    """A person's word that one experiment is to end as a discard."""

    reason: str
    """What goes on record, such as ``Stopped by a person``."""
    command: int
    """The row of the ledger's ``commands`` that is answered when it has ended."""


class Halted(Suspended):
    """A person has ended this experiment: it is set down for good."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(halt.reason)
        self.halt = halt


class StopSignal:
    """What a person asked of the whole run, read by every node before it begins something new."""

    def __init__(self) -> None:
        self._walks: dict[str, WalkSignal] = {}
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

    def of(self, experiment: str) -> WalkSignal:
        """The signal of one experiment's walk, which ends that walk alone as well."""
        if experiment not in self._walks:
            self._walks[experiment] = WalkSignal(self, self._running, self._now)
        return self._walks[experiment]

    def forget(self, experiment: str) -> None:
        """Its walk is over."""
        self._walks.pop(experiment, None)

    async def boundary(self) -> None:
        """Pass, wait out a pause, or raise :class:`Suspended`."""
        await self._running.wait()
        if self._stopping:
            raise Suspended

    async def or_now(self, work: asyncio.Future[T]) -> None:
        """Return when ``work`` is done, or when somebody said `stop --now`."""
        await _first(work, self._now)

    async def unless_now(self, work: Coroutine[object, object, T]) -> T:
        """What ``work`` gives; `stop --now` cancels it and raises :class:`Suspended` here."""
        task = asyncio.ensure_future(work)
        try:
            await self.or_now(task)
            if task.done():
                return task.result()
        finally:
            await _cut_short(task)
        raise Suspended


class WalkSignal:
    """What a person asked of the whole run, and of one experiment in it.

    It reads as :class:`StopSignal` does, and raises :class:`Halted` as well.
    """

    def __init__(self, run: StopSignal, running: asyncio.Event, now: asyncio.Event) -> None:
        self._run, self._running, self._now = run, running, now
        self._halted = asyncio.Event()
        self._halt: Halt | None = None

    def halt(self, halt: Halt) -> None:
        """End this walk; the first word counts."""
        if self._halt is None:
            self._halt = halt
            self._halted.set()

    @property
    def ending(self) -> bool:
        """Whether the walk is to be set down, for now or for good."""
        return self._halt is not None or self._run.stopping

    def end(self) -> Suspended:
        """What to raise where :attr:`ending`."""
        return Suspended() if self._halt is None else Halted(self._halt)

    async def boundary(self) -> None:
        """Pass, wait out a pause, or raise :class:`Suspended`."""
        if not self._running.is_set():
            going_on = asyncio.ensure_future(self._running.wait())
            await _first(going_on, self._halted)
            going_on.cancel()
        if self.ending:
            raise self.end()

    async def or_now(self, work: asyncio.Future[T]) -> None:
        """Return when ``work`` is done, at `stop --now`, or when this walk is ended."""
        await _first(work, self._now, self._halted)

    async def unless_now(self, work: Coroutine[object, object, T]) -> T:
        """What ``work`` gives; whatever ends :meth:`or_now` cancels it and is raised here."""
        task = asyncio.ensure_future(work)
        try:
            await self.or_now(task)
            if task.done():
                return task.result()
        finally:
            await _cut_short(task)
        raise self.end()


async def _first(work: asyncio.Future[T], *events: asyncio.Event) -> None:
    """Return when ``work`` is done, or when one of ``events`` is set."""
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(_: object) -> None:
        if not woken.done():
            woken.set_result(None)

    waits = [asyncio.ensure_future(event.wait()) for event in events]
    work.add_done_callback(wake)
    for wait in waits:
        wait.add_done_callback(wake)
    try:
        await woken
    finally:
        work.remove_done_callback(wake)
        for wait in waits:
            wait.cancel()


async def _cut_short(task: asyncio.Future[T]) -> None:
    """Cancel what is not done, and give it time to clean up."""
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait((task,), timeout=GRACE)
