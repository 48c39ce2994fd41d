"""Measures the unmodified commit before anything else: what every claim is held against."""

from __future__ import annotations

import asyncio
import math
import time

from orgloop.bench import Priority
from orgloop.errors import BenchError
from orgloop.graph.context import WalkContext
from orgloop.graph.measure import run_measurement
from orgloop.ledger import MeasurementRow
from orgloop.referee import noise_sd

BASELINE = "baseline"
REPEATS = 3
"""Fewest runs that say anything of the noise; a greedy referee asks for one."""


def repeats(accept: str, slots: int) -> int:
    """Runs of the baseline: as many as the slots can do in the time of three."""
    if accept == "greedy":
        return 1
    return math.ceil(REPEATS / slots) * slots if slots <= REPEATS else slots


async def measure_baseline(commit: str, count: int, context: WalkContext) -> None:
    """Measure ``commit`` until ``count`` values stand, and make it the first incumbent.

    What an earlier session measured is not measured again. Raises
    :class:`~orgloop.errors.BenchError` if the baseline itself does not run.
    """
    ledger, run = context.ledger, context.run
    if await context.offload.ledger(lambda: ledger.incumbents.current(run)) is not None:
        return
    rows = await context.offload.ledger(lambda: ledger.measurements.of(run, BASELINE))
    by_seed = {row.seed: row for row in rows}
    planned = [
        by_seed.get(seed)
        or MeasurementRow(
            run=run,
            id=f"{run}-{BASELINE}-m{seed + 1}",
            experiment=BASELINE,
            commit=commit,
            seed=seed,
            kind="search",
            status="running",
            started=time.time(),
        )
        for seed in range(count)
    ]
    todo = [row for row in planned if row.status == "running"]
    measured = await asyncio.gather(
        *(run_measurement(row, Priority.FIRST, context) for row in todo), return_exceptions=True
    )
    done = [row for row in planned if row.status != "running"]
    for one in measured:  # only when all of them have ended: none may outlive this call
        if isinstance(one, BaseException):
            raise one
        done.append(one)
    for row in done:
        if row.crash is not None:
            raise BenchError(
                f"The baseline does not run: {row.crash['kind']}: {row.crash['message']}",
                hint="Mend the training code or the limits in task.md, commit, and run again "
                "with --new.\n\n" + row.crash["tail"],
            )
    values = [row.value for row in done if row.value is not None]
    mean = sum(values) / len(values)
    spread, _ = noise_sd([values])
    stderr = None if not spread else spread / math.sqrt(len(values))
    await context.offload.ledger(
        lambda: ledger.incumbents.promote(
            run, commit=commit, experiment=BASELINE, value=mean, stderr=stderr
        )
    )
