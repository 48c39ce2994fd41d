"""What a promotion is decided on: candidate and incumbent, side by side on seeds new to both.

A candidate whose incumbent moved comes back to the bench because of what it measured on certain
seeds, and the incumbent reigns because of what it measured on those and others: both were selected
on them. So the two are measured anew on seeds of the promotion stream that no commit of the run was
ever measured on, each pair sharing one (common random numbers). Where the runs measured so far say
that the task is deterministic there is no luck to take out, and the incumbent is not run again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from orgloop.bench import Priority
from orgloop.graph.context import WalkContext
from orgloop.graph.measure import run_measurement
from orgloop.ledger import MeasurementRow

PROMOTION = "promotion"


async def measure_pair(
    experiment: str,
    commit: str,
    incumbent: str,
    measured: Sequence[MeasurementRow],
    context: WalkContext,
) -> list[MeasurementRow]:
    """Measure both once more; the candidate's row comes first.

    ``measured`` are all of the experiment's measurements so far. The incumbent's run is on the
    experiment's record, since it is made for its sake.
    """
    seed, paired = await context.offload.ledger(
        lambda: (
            context.ledger.measurements.fresh_seed(context.run),
            not _deterministic(context),
        )
    )
    candidate = _row(experiment, commit, seed, len(measured) + 1, context)
    if not paired:
        return [await run_measurement(candidate, Priority.PROMOTION, context)]
    partner = _row(experiment, incumbent, seed, len(measured) + 2, context)
    if len(context.slots) == 1:  # one after the other: a crash saves the second
        first = await run_measurement(candidate, Priority.PROMOTION, context)
        if first.crash is not None:
            return [first]
        return [first, await run_measurement(partner, Priority.PROMOTION, context)]
    both = await asyncio.gather(
        run_measurement(candidate, Priority.PROMOTION, context),
        run_measurement(partner, Priority.PROMOTION, context),
        return_exceptions=True,
    )
    rows: list[MeasurementRow] = []
    for one in both:  # only when both have ended: neither may outlive this call
        if isinstance(one, BaseException):
            raise one
        rows.append(one)
    return rows


async def complete_pairs(
    experiment: str,
    commit: str,
    incumbent: str,
    measured: Sequence[MeasurementRow],
    context: WalkContext,
) -> list[MeasurementRow]:
    """The incumbent's half of pairs of which an earlier session measured the candidate's only."""
    have = {row.seed for row in measured if row.kind == PROMOTION and row.commit == incumbent}
    lone = [
        row.seed
        for row in measured
        if row.kind == PROMOTION
        and row.commit == commit
        and row.status == "ok"
        and row.seed not in have
    ]
    if not lone or await context.offload.ledger(lambda: _deterministic(context)):
        return []
    return [
        await run_measurement(
            _row(experiment, incumbent, seed, len(measured) + place, context),
            Priority.PROMOTION,
            context,
        )
        for place, seed in enumerate(lone, 1)
    ]


def _row(
    experiment: str, commit: str, seed: int, number: int, context: WalkContext
) -> MeasurementRow:
    return MeasurementRow(
        run=context.run,
        id=f"{context.run}-{experiment}-m{number}",
        experiment=experiment,
        commit=commit,
        seed=seed,
        kind=PROMOTION,
        status="running",
        started=time.time(),
    )


def _deterministic(context: WalkContext) -> bool:
    """Whether every commit that was measured twice gave one number; False where none was."""
    counts = context.ledger.runs.counts(context.run)
    return counts.noise_freedom > 0 and counts.noise_squares == 0.0
