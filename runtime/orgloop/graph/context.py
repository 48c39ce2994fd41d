"""What nodes work with: the services of one run, handed to LangGraph as its run context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from orgloop.engines.protocol import Engine
from orgloop.graph.branch import RunBranch
from orgloop.graph.budget import RunBudget
from orgloop.graph.lineage import Lineage
from orgloop.graph.outages import Outages
from orgloop.graph.promotions import Promotions
from orgloop.graph.simplicity import Simplicity
from orgloop.graph.station import Station
from orgloop.graph.till import Till
from orgloop.graph.wishes import Wishes
from orgloop.ledger import Digest
from orgloop.prices import Prices
from orgloop.referee import Referee
from orgloop.role import Role


@dataclass(frozen=True, slots=True)
class WalkContext(Station):
    """Everything that the nodes of one run share. One object for all walks and generations."""

    budget: RunBudget
    digest: Digest
    """The run's digest; briefs ask it on behalf of an experiment."""
    lineage: Lineage
    referee: Referee
    simplicity: Simplicity | None
    """Given where the charter lets the simpler of two equals win."""
    engine_for: Callable[[Role, str | None], Engine]
    """The engine of a role, given the charter's model."""
    promotions: Promotions
    branch: RunBranch
    outages: Outages
    till: Till
    prices: Prices
    wishes: Wishes = field(default_factory=Wishes)

    async def take_turn(self, experiment: str) -> None:
        """Wait for the turn at `keep`, unless the walk is ended meanwhile."""
        await self.stop.of(experiment).unless_now(self.promotions.take(experiment))
