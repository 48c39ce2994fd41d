"""Roles outside the flow, called every so many experiments or every so often."""

from __future__ import annotations

import asyncio
import time

from orgloop.graph.brief import CADENCE
from orgloop.graph.cadence_call import call_on_cadence
from orgloop.graph.context import WalkContext
from orgloop.lab.amendments import Amendments
from orgloop.lab.generations import Generations
from orgloop.lab.probation import Probation
from orgloop.org import Org
from orgloop.role import Role


class Cadence:
    """Knows whose turn it is. One call at a time, in the order of the turns.

    It looks when an experiment has ended, also for roles that are called every so often.
    """

    def __init__(
        self,
        context: WalkContext,
        generations: Generations,
        probation: Probation,
        amendments: Amendments,
    ) -> None:
        self._context = context
        self._generations = generations
        self._probation = probation
        self._amendments = amendments
        self._last: dict[str, float] = {}
        self._taken: dict[str, int] = {}
        self._calling = asyncio.Lock()

    async def after_experiment(self, org: Org) -> None:
        """Call each role whose turn has come; a turn that was taken already is not repeated.

        Experiments end side by side, so a turn is due from its experiment on and not only at it:
        the count may have gone past when it is read.
        """
        if not org.cadence():
            return
        async with self._calling:
            if not self._context.stop.stopping:
                await self._call_due()

    async def hear(self, name: str, turn: int) -> None:
        """A person has answered for a role outside the flow: take the turn that it waited for."""
        async with self._calling:
            current = await self._generations.org(self._generations.current)
            role = current.cadence().get(name)
            if role is not None:
                await self._call(current, role, turn)
            else:  # the role has been edited away meanwhile
                context = self._context
                await context.offload.ledger(
                    lambda: context.ledger.questions.close(context.run, CADENCE, name, turn)
                )

    async def _call_due(self) -> None:
        context = self._context
        counts = await context.offload.ledger(
            lambda: context.ledger.experiments.counts(context.run)
        )
        current = await self._generations.org(self._generations.current)
        for role in current.cadence().values():
            every = role.org.every
            if every is None or (role.org.amends and self._probation.going_on):
                continue  # a turn to amend waits until the last amendment is decided
            if every.experiments is not None:
                turn = counts.finished // every.experiments
                due = turn > self._taken.get(role.name, 0)
                self._taken[role.name] = turn
            else:
                now = time.monotonic()
                due = now - self._last.setdefault(role.name, now) >= (every.seconds or 0)
                turn = int(time.time())
                if due:
                    self._last[role.name] = now
            if due and role.name not in await self._asked():
                await self._call(current, role, turn)

    async def _call(self, org: Org, role: Role, turn: int) -> None:
        await call_on_cadence(org, role, turn, self._context)
        if role.org.amends:
            await self._amendments.take_up()

    async def _asked(self) -> set[str]:
        """Roles whose earlier turn still waits for a person: they are not asked again."""
        context = self._context
        waiting = await context.offload.ledger(
            lambda: context.ledger.questions.waiting(context.run)
        )
        return {row.node for row in waiting if row.experiment == CADENCE}
