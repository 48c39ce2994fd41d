"""A changed organization on probation: experiments are split between it and the one before.

In blocks of two, one each, in an order that is drawn: whatever drifts over the run meets both.
The draw is a function of the run's seed and the experiment's number, so a lab that died goes on
as it would have.
"""

from __future__ import annotations

import asyncio
import random

from orgloop.charter import Probation as Terms
from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.ledger import AmendmentRow, GenerationRow
from orgloop.ledger.amendments import KEPT, REVERTED, WITHDRAWN
from orgloop.ledger.sides import OutcomeRow
from orgloop.org import Org
from orgloop.referee.probation import Comparison, Side, compare_sides, looks, verdict

RUNTIME = "orgloop"
"""The author of a revert."""
EDIT = "a person"


class Probation:
    """At most one change is on probation at a time."""

    def __init__(self, context: WalkContext, generations: Generations) -> None:
        self._context = context
        self._generations = generations
        self._row: AmendmentRow | None = None
        self._terms = Terms()
        self._looked = 0
        self._turn = asyncio.Lock()

    @property
    def going_on(self) -> bool:
        """Whether a change is being tried now."""
        return self._row is not None

    async def resume(self) -> None:
        """Take up what an earlier session was trying."""
        context = self._context
        row = await context.offload.ledger(
            lambda: context.ledger.amendments.on_probation(context.run)
        )
        await self._set(row)

    async def begin(self, row: AmendmentRow, generation: GenerationRow, *, against: int) -> None:
        """Try ``generation`` against the one that stands, for the sake of the proposal ``row``."""
        context, ledger = self._context, self._context.ledger

        def work() -> AmendmentRow | None:
            ledger.amendments.begin(
                row,
                generation=generation.number,
                against=against,
                after=ledger.runs.counts(context.run).started,
            )
            return ledger.amendments.on_probation(context.run)

        await self._set(await context.offload.ledger(work))

    async def of_an_edit(
        self, generation: GenerationRow, before: Org, after: Org, *, against: int
    ) -> None:
        """Try what a person saved, where the charter asks for that."""
        context = self._context
        changed = {
            path: after.files.get(path)
            for path in sorted({*before.files, *after.files})
            if before.files.get(path) != after.files.get(path)
        }
        title = f"An edit of {', '.join(changed)}"
        row = await context.offload.ledger(
            lambda: context.ledger.amendments.propose(context.run, EDIT, 0, title, changed)
        )
        await self.begin(row, generation, against=against)

    def generation_for(self, number: int) -> int:
        """The generation that experiment ``number`` begins under. For the ledger's thread."""
        row = self._row
        if row is None or row.after is None or row.generation is None or row.against is None:
            return self._generations.current
        place = number - row.after - 1
        if not 0 <= place < 2 * self._terms.experiments:
            return row.against
        draw = random.Random(f"{self._context.run_seed}/{row.name}/{place // 2}")
        pair = [row.generation, row.against]
        draw.shuffle(pair)
        return pair[place % 2]

    async def look(self) -> None:
        """An experiment has ended: decide, where it is time to."""
        if self._row is None:
            return
        async with self._turn:
            if self._row is not None:
                await self._decide(self._row)

    async def withdraw(self, why: str) -> None:
        """End a probation without a verdict; what comes next is for the caller to say."""
        async with self._turn:
            row, context = self._row, self._context
            if row is None:
                return
            await context.offload.ledger(
                lambda: context.ledger.amendments.decide(row, WITHDRAWN, why)
            )
            await self._set(None)

    async def _decide(self, row: AmendmentRow) -> None:
        context, limit = self._context, self._terms.experiments
        new, old, noise = await context.offload.ledger(lambda: self._sides(row))
        done = min(new.experiments, old.experiments)
        due = max((look for look in looks(limit) if look <= done), default=0)
        if due <= self._looked:
            return
        self._looked = due
        compared = await asyncio.to_thread(compare_sides, new, old, noise_sd=noise, seed=row.number)
        stays = verdict(compared, due, limit, self._terms.chance)
        if stays is None:
            await context.offload.ledger(
                lambda: context.ledger.amendments.look(row, compared.chance)
            )
        elif stays:
            await self._keep(row, _why(compared, done))
        else:
            await self._revert(row, _why(compared, done))

    def _sides(self, row: AmendmentRow) -> tuple[Side, Side, float | None]:
        ledger, run = self._context.ledger, self._context.run
        assert row.generation is not None and row.against is not None and row.after is not None
        last = row.after + 2 * self._terms.experiments
        sides = [
            _side(ledger.sides.outcomes(run, number, row.after, last))
            for number in (row.generation, row.against)
        ]
        return sides[0], sides[1], ledger.runs.counts(run).noise_sd

    async def _keep(self, row: AmendmentRow, why: tuple[str, float]) -> None:
        context = self._context
        await context.offload.ledger(
            lambda: context.ledger.amendments.decide(row, KEPT, why[0], chance=why[1])
        )
        await self._set(None)
        await self._generations.follow()

    async def _revert(self, row: AmendmentRow, why: tuple[str, float]) -> None:
        """A revert is a generation too: the files of the one before, with the reason."""
        context = self._context
        assert row.against is not None
        before = await self._generations.org(row.against)
        reason = f"Reverted {row.name} ({row.title}): {why[0]}"
        await self._generations.add(before, author=RUNTIME, reason=reason)
        await context.offload.ledger(
            lambda: context.ledger.amendments.decide(row, REVERTED, why[0], chance=why[1])
        )
        await self._set(None)
        await self._generations.follow()

    async def _set(self, row: AmendmentRow | None) -> None:
        if row is not None and row.against is not None:
            org = await self._generations.org(row.against)
            self._terms = org.charter.probation
        self._row, self._looked = row, 0


def _side(outcomes: list[OutcomeRow]) -> Side:
    return Side(
        experiments=len(outcomes),
        effects=[one.effect for one in outcomes if one.effect is not None],
        bench_s=sum(one.bench_s for one in outcomes),
    )


def _why(compared: Comparison, done: int) -> tuple[str, float]:
    chance = compared.chance
    return f"{chance:.0%} likely to be better, after {done} experiments a side.", chance
