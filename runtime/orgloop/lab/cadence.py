"""Roles outside the flow, called every so many experiments or every so often."""

from __future__ import annotations

import time

from orgloop.graph.cadence_call import call_on_cadence
from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.org import Org


class Cadence:
    """Knows whose turn it is. One call of a role at a time, in the order of their turns."""

    def __init__(self, context: WalkContext, generations: Generations) -> None:
        self._context = context
        self._generations = generations
        self._last: dict[str, float] = {}

    async def after_experiment(self, org: Org) -> None:
        """Call each role whose turn has come; a turn that was taken already is not repeated."""
        if not org.cadence() or self._context.stop.stopping:
            return
        context = self._context
        counts = await context.offload.ledger(
            lambda: context.ledger.experiments.counts(context.run)
        )
        current = await self._generations.org(self._generations.current)
        for role in current.cadence().values():
            every = role.org.every
            if every is None:
                continue
            if every.experiments is not None:
                turn, rest = divmod(counts.finished, every.experiments)
                due = rest == 0 and turn > 0
            else:
                now = time.monotonic()
                due = now - self._last.setdefault(role.name, now) >= (every.seconds or 0)
                turn = int(time.time())
                if due:
                    self._last[role.name] = now
            if due:
                await call_on_cadence(current, role, turn, context)
