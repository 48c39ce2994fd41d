"""Measuring the arms of an audit: every arm on every seed, whatever was done before left alone."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orgloop.audit.plan import Arm
from orgloop.bench import Priority
from orgloop.graph.measure import run_measurement
from orgloop.graph.station import Station
from orgloop.graph.suspend import Suspended
from orgloop.ledger import MeasurementRow

GIVES_UP = 2
"""An arm whose first runs all crash is not run more often than that: it does not run."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some arms to be measured alike."""

    arms: Sequence[Arm]
    station: Station
    holdout: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    arm: Arm
    seed: int
    block: Block


def label(audit: int) -> str:
    """What stands for an experiment in the ledger where an audit's measurements are meant."""
    return f"audit-{audit}"


def measurement_id(run: str, audit: int, arm: str, seed: int, *, holdout: bool) -> str:
    """The id of one measurement, the same whenever the audit is taken up again."""
    return f"{run}-a{audit}-{arm}-{'h' if holdout else 'm'}{seed}"


class Rounds:
    """One audit's measurements, in rounds: each takes one seed through all arms.

    So the runs that are compared lie close together in time, and the order within a round is
    drawn anew for each, so that no arm always comes first.
    """

    def __init__(
        self,
        station: Station,
        audit: int,
        *,
        runs: int,
        first_seed: int,
        on_done: Callable[[int, int], None],
    ) -> None:
        self._station = station
        self._audit = audit
        self._seeds = range(first_seed, first_seed + runs)
        self._on_done = on_done
        self._rows: dict[str, MeasurementRow] = {}

    async def measure(self, blocks: Sequence[Block]) -> None:
        """Measure every arm on every seed that it was not measured on yet.

        Raises :class:`~orgloop.graph.suspend.Suspended` where somebody stopped it; what was
        measured by then stays.
        """
        station = self._station
        rows = await station.offload.ledger(
            lambda: station.ledger.measurements.of(station.run, label(self._audit))
        )
        self._rows |= {row.id: row for row in rows}
        cells = deque(self._ordered(blocks))
        total, done = len(cells), 0

        async def work() -> None:
            nonlocal done
            try:
                while cells:
                    cell = cells.popleft()
                    if not self._given_up(cell):
                        await self._measure(cell)
                    done += 1
                    self._on_done(done, total)
            except BaseException:
                cells.clear()  # the others finish what they have, and begin nothing more
                raise

        workers = [asyncio.create_task(work()) for _ in range(len(station.slots))]
        # All of them end before anything is raised: no run may outlive this call.
        for ended in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    def _ordered(self, blocks: Sequence[Block]) -> list[_Cell]:
        found: list[_Cell] = []
        for seed in self._seeds:
            one = [_Cell(arm, seed, block) for block in blocks for arm in block.arms]
            random.Random(f"{self._station.run_seed} {self._audit} {seed}").shuffle(one)
            found += one
        return found

    def _given_up(self, cell: _Cell) -> bool:
        rows = self.of(cell.arm, holdout=cell.block.holdout)
        return len(rows) >= GIVES_UP and all(row.status == "crash" for row in rows)

    def of(self, arm: Arm, *, holdout: bool) -> list[MeasurementRow]:
        """The finished measurements of an arm, by seed."""
        ids = (
            measurement_id(self._station.run, self._audit, arm.name, seed, holdout=holdout)
            for seed in self._seeds
        )
        rows = [self._rows[id] for id in ids if id in self._rows]
        return [row for row in rows if row.status != "running"]

    async def _measure(self, cell: _Cell) -> None:
        station = cell.block.station
        id = measurement_id(
            station.run, self._audit, cell.arm.name, cell.seed, holdout=cell.block.holdout
        )
        row = self._rows.get(id)
        if row is not None and row.status != "running":
            return
        if station.stop.stopping:
            raise Suspended
        row = row or MeasurementRow(
            run=station.run,
            id=id,
            experiment=label(self._audit),
            commit=cell.arm.commit,
            seed=cell.seed,
            kind="audit",
            status="running",
            started=time.time(),
        )
        self._rows[id] = await run_measurement(row, Priority.REPLICATE, station)
