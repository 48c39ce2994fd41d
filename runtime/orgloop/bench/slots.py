"""The places on the bench: their CPUs and GPUs, who gets the next one, how busy they are."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from orgloop.errors import UserError
from orgloop.task.model import Task

_LOG = logging.getLogger("orgloop.bench")


class Priority(IntEnum):
    """Who goes first when a slot is free; first come, first served within one."""

    PROMOTION = 0
    REPLICATE = 1
    FIRST = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the bench."""

    index: int
    cpus: tuple[int, ...] = ()
    """CPUs that its jobs are pinned to; empty where the system cannot."""
    gpus: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    since: float


class Slots:
    """The slots of one lab; bound to the event loop on which it is used."""

    def __init__(
        self,
        task: Task,
        *,
        count: int | None = None,
        cpus: Sequence[int] | None = None,
        gpus: Sequence[str] | None = None,
        elsewhere: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``count`` overrides the task's ``slots``; ``cpus`` and ``gpus`` what the machine has.

        ``elsewhere`` says that the machines are others: a slot is then a place in a queue, its CPUs
        are the scheduler's to choose, and its GPUs are numbered from 0 to be told apart there.
        Raises UserError where the task asks for GPUs that are not there.
        """
        number = task.slots if count is None else count
        self._clock = clock
        if elsewhere:
            some = tuple(str(gpu) for gpu in range(task.resources.gpus))
            self.slots = tuple(Slot(index, (), some) for index in range(number))
        else:
            self.slots = self._here(task, number, cpus, gpus)
        self._free = [slot.index for slot in self.slots]
        self._held: dict[int, _Held] = {}
        self._turn = itertools.count()
        self._queue: list[tuple[int, int, asyncio.Future[Slot]]] = []
        self._busy_s = 0.0
        self._runs: list[float] = []

    @staticmethod
    def _here(
        task: Task, number: int, cpus: Sequence[int] | None, gpus: Sequence[str] | None
    ) -> tuple[Slot, ...]:
        return _lay_out(
            number,
            task.resources.cpus,
            task.resources.gpus,
            _machine_cpus() if cpus is None else list(cpus),
            (list(gpus) if gpus is not None else machine_gpus()) if task.resources.gpus else [],
        )

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def free(self) -> int:
        """Slots that nobody holds."""
        return len(self._free)

    @property
    def waiting(self) -> int:
        """How many are in the queue."""
        return sum(not future.done() for _, _, future in self._queue)

    @property
    def busy_s(self) -> float:
        """Slot seconds used so far, of those that are held now as well."""
        now = self._clock()
        return self._busy_s + sum(now - held.since for held in self._held.values())

    @property
    def mean_run_s(self) -> float | None:
        """Mean of the last 32 holds in seconds; None before the first has ended."""
        return sum(self._runs) / len(self._runs) if self._runs else None

    async def acquire(self, priority: Priority = Priority.FIRST) -> Slot:
        """Wait for a slot. Cancelling the wait gives nothing away and loses nothing."""
        future: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (int(priority), next(self._turn), future))
        self._hand_out()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(future.result(), record=False)
            raise

    def release(self, slot: Slot) -> None:
        """Give a slot to whoever is next. Raises ValueError for one that is not held."""
        if slot.index not in self._held:
            raise ValueError(f"slot {slot.index} is not held")
        self._give_back(slot, record=True)

    @contextlib.asynccontextmanager
    async def hold(self, priority: Priority = Priority.FIRST) -> AsyncIterator[Slot]:
        """A slot for the length of a ``with`` block."""
        slot = await self.acquire(priority)
        try:
            yield slot
        finally:
            self.release(slot)

    def _give_back(self, slot: Slot, *, record: bool) -> None:
        spent = self._clock() - self._held.pop(slot.index).since
        if record:
            self._busy_s += spent
            self._runs = [*self._runs[-31:], spent]
        heapq.heappush(self._free, slot.index)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._free and self._queue:
            _, _, future = heapq.heappop(self._queue)
            if future.done():
                continue
            slot = self.slots[heapq.heappop(self._free)]
            self._held[slot.index] = _Held(self._clock())
            future.set_result(slot)


def _lay_out(
    number: int, cpus_each: int, gpus_each: int, cpus: list[int], gpus: list[str]
) -> tuple[Slot, ...]:
    if gpus_each and len(gpus) < gpus_each:
        raise UserError(
            f"The task asks for {gpus_each} GPU(s) a slot and this machine shows {len(gpus)}.",
            hint="Lower `resources: {gpus: ...}` or look at CUDA_VISIBLE_DEVICES.",
        )
    if cpus and len(cpus) < number * cpus_each:
        _LOG.warning(
            "%d slots of %d CPU(s) share %d CPU(s): timings will depend on each other.",
            number,
            cpus_each,
            len(cpus),
        )
    if gpus_each and len(gpus) < number * gpus_each:
        _LOG.warning(
            "%d slots of %d GPU(s) share %d GPU(s): runs will get in each other's way.",
            number,
            gpus_each,
            len(gpus),
        )
    slots = []
    for index in range(number):
        some_cpus = {cpus[n % len(cpus)] for n in _block(index, cpus_each)} if cpus else set()
        some_gpus = {gpus[n % len(gpus)]: None for n in _block(index, gpus_each)}
        slots.append(Slot(index, tuple(sorted(some_cpus)), tuple(some_gpus)))
    return tuple(slots)


def _block(index: int, each: int) -> range:
    return range(index * each, (index + 1) * each)


def _machine_cpus() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return []  # nothing to pin with


def machine_gpus() -> list[str]:
    """Ids of this machine's GPUs: what CUDA_VISIBLE_DEVICES leaves, else what nvidia-smi lists."""
    said = os.environ.get("CUDA_VISIBLE_DEVICES")
    if said is not None:
        return [part.strip() for part in said.split(",") if part.strip() not in ("", "-1")]
    try:
        listed = subprocess.run(
            ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return listed.stdout.split()
