"""What nodes work with: the services of one run, handed to LangGraph as its run context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orgloop.bench import Bench, Executor, Slots
from orgloop.engines.protocol import Engine
from orgloop.graph.branch import RunBranch
from orgloop.graph.budget import RunBudget
from orgloop.graph.lineage import Lineage
from orgloop.graph.offload import Offload
from orgloop.graph.outages import Outages
from orgloop.graph.promotions import Promotions
from orgloop.graph.simplicity import Simplicity
from orgloop.graph.suspend import StopSignal
from orgloop.graph.till import Till
from orgloop.graph.traffic import Traffic
from orgloop.ledger import Digest, Ledger
from orgloop.prices import Prices
from orgloop.referee import Referee
from orgloop.repo import LabRepo, WorktreePool
from orgloop.role import Role
from orgloop.task import Task


@dataclass(frozen=True, slots=True)
class WalkContext:
    """Everything that the nodes of one run share. One object for all walks and generations."""

    run: str
    run_seed: int
    task: Task
    budget: RunBudget
    ledger: Ledger
    digest: Digest
    """The run's digest; briefs ask it on behalf of an experiment."""
    repo: LabRepo
    pool: WorktreePool
    bench: Bench
    executor: Executor
    slots: Slots
    lineage: Lineage
    referee: Referee
    simplicity: Simplicity | None
    """Given where the charter lets the simpler of two equals win."""
    engine_for: Callable[[Role, str | None], Engine]
    """The engine of a role, given the charter's model."""
    promotions: Promotions
    branch: RunBranch
    traffic: Traffic
    stop: StopSignal
    outages: Outages
    till: Till
    prices: Prices
    offload: Offload
