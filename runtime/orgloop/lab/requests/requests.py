"""Carries out what people ask about one experiment, or about the budget.

Every request is looked at a few times a second until it has its answer, and whatever changes the
record does so in one transaction with that answer. So a lab that dies half way has either done it
and said so, or has not: then the next one says that the lab had ended by then.
"""

from __future__ import annotations

from orgloop.graph.context import WalkContext
from orgloop.lab.requests.again import Again
from orgloop.lab.requests.budget import raise_budget
from orgloop.lab.requests.halt import end_in_flight
from orgloop.lab.requests.overrule import overrule
from orgloop.lab.requests.said import Said, refused
from orgloop.lab.requests.veto import veto
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow, ExperimentRow
from orgloop.ledger.verbs import AGAIN, BUDGET, OVERRULE, VETO


class Requests:
    """The lab's side of what is asked for by name of an experiment."""

    def __init__(self, context: WalkContext, walks: Walks) -> None:
        self._context = context
        self._walks = walks
        self._again = Again(context, walks)

    async def take(self, command: CommandRow) -> Said | None:
        """Look at one of :data:`~orgloop.ledger.verbs.REQUESTS`.

        None where it goes on, or where its answer is on record already.
        """
        if command.verb == BUDGET:
            return await raise_budget(command, self._context, self._walks)
        row = await self._experiment(command)
        if row is None:
            return refused(
                f"There is no experiment `{command.experiment}` in run {self._context.run}.",
                "`orgloop log` lists them.",
            )
        if command.verb == VETO:
            return await veto(command, row, self._context, self._walks)
        if self._busy(command, row):
            return None
        if command.verb == OVERRULE:
            return await overrule(command, row, self._context, self._walks)
        if command.verb == AGAIN:
            return await self._again.take(command, row)
        return end_in_flight(command, row, self._walks)

    def _busy(self, command: CommandRow, row: ExperimentRow) -> bool:
        """Whether the bench is at work on what was asked of this experiment before: one at a time.

        So no two of them give a measurement one name.
        """
        tasks = (f"{verb} {row.id}" for verb in (OVERRULE, AGAIN))
        return command.verb in (OVERRULE, AGAIN) and any(map(self._walks.going, tasks))

    async def _experiment(self, command: CommandRow) -> ExperimentRow | None:
        context, id = self._context, command.experiment
        if id is None or command.run != context.run:
            return None
        return await context.offload.ledger(lambda: context.ledger.experiments.get(context.run, id))
