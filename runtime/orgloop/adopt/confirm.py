"""Measures what was written as a lab would: in the bench's own box, on two seeds."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from orgloop.adopt.checkout import Trying
from orgloop.bench import Bench, LocalExecutor, Measurement, Slots, seed_value
from orgloop.repo.process import Command
from orgloop.task import Task

RUNS = 2


@dataclass(frozen=True, slots=True)
class _Checkout:
    path: Path
    lab: Path


async def confirm(trying: Trying, task: Task) -> AsyncGenerator[Measurement, None]:
    """Measure HEAD under ``task``, up to twice; a run that fails is the last.

    What lies in the clone from the trial is thrown away first. Raises UserError for mounts and
    packages that cannot be used.
    """
    place = trying.place
    Command(trying.path / ".git", trying.path, trying.path).run("clean", "-ffdxq")
    Command(trying.path / ".git", trying.path, trying.path).run("reset", "--hard", "--quiet")
    frozen = trying.scratch / "frozen"
    shutil.rmtree(frozen, ignore_errors=True)
    frozen.mkdir()
    executor = LocalExecutor(trying.scratch / "jobs")
    checkout = _Checkout(trying.path, trying.lab)
    try:
        # Mounts are relative to the person's checkout; nothing is written there without `evaluate`.
        bench = Bench(task, executor, home=place.lab / ".orgloop", frozen=frozen)
        slot = Slots(task, count=1).slots[0]
        for number in range(RUNS):
            seed = seed_value(0, number, "search")
            measured = await bench.measure(f"confirm-{number}", checkout, seed, slot)
            yield measured
            if measured.value is None:
                return
    finally:
        await executor.close()
