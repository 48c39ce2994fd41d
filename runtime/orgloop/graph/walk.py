"""Runs one experiment from where it stands to its end, or until it is set down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from langchain_core.runnables import RunnableConfig

from orgloop.graph.checkpoints import WalkSaver
from orgloop.graph.compile import WalkGraph, compile_org, steps_bound
from orgloop.graph.context import WalkContext
from orgloop.graph.halting import end_halted
from orgloop.graph.state import first_state
from orgloop.graph.suspend import Halted, Suspended
from orgloop.ledger import ExperimentRow
from orgloop.org import Org
from orgloop.people import NotAnswered


class Walked(Enum):
    """How far a walk came."""

    ENDED = "ended"
    SET_DOWN = "set down"
    """The run stops, or what is left of its budget does not pay for the next answer."""
    ASKING = "asking"
    """A person is asked."""


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

    async def walk(
        self, experiment: ExperimentRow, context: WalkContext, *, resumed: bool
    ) -> Walked:
        """Take ``experiment`` to its end, or as far as it goes now.

        A walk that is set down or waits holds nothing: no slot, no worktree, no turn at `keep`.

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
            return Walked.ASKING
        except Halted as halted:
            await end_halted(experiment.id, halted.halt, context, live=True)
        except Suspended:
            return Walked.SET_DOWN
        finally:
            context.traffic.end(experiment.id)
            context.promotions.release(experiment.id)
            context.stop.forget(experiment.id)
        self.saver.forget(thread)
        return Walked.ENDED
