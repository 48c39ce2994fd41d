"""The bench as a measurement needs it: slots, worktrees, the executor and the record."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.bench import Bench, Executor, Slots
from orgloop.graph.offload import Offload
from orgloop.graph.suspend import StopSignal
from orgloop.graph.traffic import Traffic
from orgloop.ledger import Ledger
from orgloop.repo import LabRepo, WorktreePool
from orgloop.task import Task


@dataclass(frozen=True, slots=True)
class Station:
    """What :func:`~orgloop.graph.measure.run_measurement` works with, for walks and for audits."""

    run: str
    run_seed: int
    task: Task
    ledger: Ledger
    repo: LabRepo
    pool: WorktreePool
    bench: Bench
    executor: Executor
    slots: Slots
    traffic: Traffic
    stop: StopSignal
    offload: Offload
