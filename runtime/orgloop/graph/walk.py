"""Runs one experiment from where it stands to its end, or until it is set down."""

from __future__ import annotations

from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig

from orgloop.graph.checkpoints import WalkSaver
from orgloop.graph.compile import WalkGraph, compile_org, steps_bound
from orgloop.graph.context import WalkContext
from orgloop.graph.state import first_state
from orgloop.graph.suspend import Suspended
from orgloop.ledger import ExperimentRow
from orgloop.org import Org
from orgloop.people import NotAnswered


@dataclass(frozen=True)
class Walker:
    """A generation, compiled: takes that generation's experiments through it."""

    org: Org
    graph: WalkGraph
    saver: WalkSaver

    @classmethod
    def of(cls, org: Org, saver: WalkSaver) -> Walker:
        """Compile ``org``."""
        return cls(org, compile_org(org, saver), saver)

    async def walk(self, experiment: ExperimentRow, context: WalkContext, *, resumed: bool) -> bool:
        """Take ``experiment`` to its end; returns False if it was set down on the way.

        It is, where the run stops and where a person is asked. Neither holds anything: no slot, no
        worktree, and no turn at `keep`.

        A resumed one starts at its checkpoint if that has something pending, else at the first
        node: what the ledger has on record is then not done again. Raises what stops the whole run.
        """
        thread = f"{experiment.run}/{experiment.id}"
        config: RunnableConfig = {
            "configurable": {"thread_id": thread},
            "recursion_limit": steps_bound(self.org),
        }
        pending = (await self.graph.aget_state(config)).next if resumed else ()
        start = None if pending else first_state(experiment.id, experiment.base)
        try:
            await self.graph.ainvoke(start, config, context=context, durability="exit")
        except NotAnswered:
            context.traffic.park(experiment.id)
            return False
        except Suspended:
            return False
        finally:
            context.traffic.end(experiment.id)
            context.promotions.release(experiment.id)
        self.saver.forget(thread)
        return True
