"""Takes up what roles proposed: checked like any save, held to what a person gave, put on trial."""

from __future__ import annotations

import asyncio

from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.lab.probation import Probation
from orgloop.lab.thinkable import unthinkable
from orgloop.ledger import AmendmentRow
from orgloop.ledger.amendments import REFUSED
from orgloop.org import Org, amended
from orgloop.problems import Problem

SHOWN = 3
"""Problems that a refusal names."""


class Amendments:
    """One at a time: while one is on probation no other is begun."""

    def __init__(
        self, context: WalkContext, generations: Generations, probation: Probation
    ) -> None:
        self._context = context
        self._generations = generations
        self._probation = probation

    async def take_up(self) -> None:
        """Begin the probation of the oldest proposal that may be; refuse those that may not."""
        context = self._context
        while not self._probation.going_on:
            pending = await context.offload.ledger(
                lambda: context.ledger.amendments.pending(context.run)
            )
            if not pending:
                return
            await self._take_up(pending[0])

    async def _take_up(self, row: AmendmentRow) -> None:
        context, standing = self._context, self._generations.current
        current = await self._generations.org(standing)
        org, problems = await self._checked(row, current)
        if org is None:
            why = _refusal(problems)
            await context.offload.ledger(
                lambda: context.ledger.amendments.decide(row, REFUSED, why)
            )
            return
        reason = f"{row.name}, by {row.role}: {row.title}"
        generation = await self._generations.add(org, author=row.role, reason=reason)
        await self._probation.begin(row, generation, against=standing)

    async def _checked(self, row: AmendmentRow, current: Org) -> tuple[Org | None, list[Problem]]:
        person = await self._generations.person() or current
        org, problems = await asyncio.to_thread(
            amended, current, person, row.files, self._context.task
        )
        found = [problem for problem in problems if problem.severity == "error"]
        if org is not None:
            found += await asyncio.to_thread(unthinkable, org, self._context)
        return (None if found else org), found


def _refusal(problems: list[Problem]) -> str:
    """What stands in the way, as one line."""
    said = [f"{one.path}: {one.message}" for one in problems[:SHOWN]]
    more = len(problems) - SHOWN
    return "Refused. " + " ".join(said) + (f" And {more} more." if more > 0 else "")
