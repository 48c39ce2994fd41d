"""Measures an experiment's commit again, on fresh seeds: `again e0007 --times 2`.

What that may change depends on what is decided already. In flight the measurements are evidence
like those that a role asks for with `replicate`; the referee judges on all that was measured, and
what it believes then does not hang on why measuring went on. Of the incumbent they are evidence of
what it is worth, and the value on record follows. Of anything else the verdict stands: it is
measured again because of what it had measured, so these are kept apart, under a kind of their own
that no rule reads.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.bench import Priority
from orgloop.graph.context import WalkContext
from orgloop.graph.halting import close_measurement
from orgloop.graph.measure import Order, measure_next, run_measurement
from orgloop.graph.ruling import current_incumbent, revise_incumbent
from orgloop.graph.suspend import Suspended
from orgloop.lab.casebook import close_case
from orgloop.lab.requests.said import Said, done, refused
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow, ExperimentRow, MeasurementRow
from orgloop.ledger.kinds import AGAIN
from orgloop.ledger.numbers import measured
from orgloop.ledger.verbs import AGAIN as VERB

MOST = 50
"""Measurements that one request may be for."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """A request about an experiment in flight."""

    before: int
    """Measurements that it had."""
    times: int


class Again:
    """The lab's side of `again`."""

    def __init__(self, context: WalkContext, walks: Walks) -> None:
        self._context, self._walks = context, walks
        self._wishes: dict[int, _Wish] = {}

    async def take(self, command: CommandRow, row: ExperimentRow) -> Said | None:
        """Begin, or look how far it is; None while it goes on."""
        times = command.args.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= MOST:
            return refused("That is no number of times.", f"Name one from 1 to {MOST}.")
        if command.id in self._wishes or row.status == "running":
            return await self._in_flight(command, row, times)
        if row.commit is None or row.commit == row.base:
            return refused(f"{row.id} has changed nothing.", f"`orgloop show {row.id}` says why.")
        name = f"{VERB} {row.id}"
        work = _Measuring(command, row, times, self._context, name).carry_out()
        self._walks.begin_task(work, name)
        return None

    async def _in_flight(self, command: CommandRow, row: ExperimentRow, times: int) -> Said | None:
        context, wish = self._context, self._wishes.get(command.id)
        rows = await context.offload.ledger(
            lambda: context.ledger.measurements.of(context.run, row.id)
        )
        if wish is None:
            if not context.traffic.may_be_measured(row.id):
                return refused(
                    f"{row.id} has left the bench, and waits for its verdict.",
                    "Ask again when it is decided.",
                )
            self._wishes[command.id] = _Wish(len(rows), times)
            context.wishes.add(row.id, times)
            return None
        if row.status == "running" and context.wishes.left(row.id):
            return None
        del self._wishes[command.id]
        left = context.wishes.left(row.id)
        if row.status != "running":
            context.wishes.forget(row.id)
        if left:
            return refused(
                f"{row.id} was over before the bench had measured it so often.",
                f"`orgloop show {row.id}` says why; ask again to measure its commit.",
            )
        return done(f"{row.id} was measured again before the referee ruled on it.")


class _Measuring:
    """One request about an experiment that has ended."""

    def __init__(
        self,
        command: CommandRow,
        row: ExperimentRow,
        times: int,
        context: WalkContext,
        turn: str,
    ) -> None:
        self._command, self._row, self._times = command, row, times
        self._context, self._turn = context, turn
        self._reigns = False

    async def carry_out(self) -> None:
        """Measure, and say what came of it."""
        context, made, stopped = self._context, list[MeasurementRow](), False
        try:
            while len(made) < self._times and not (made and made[-1].crash):
                made.append(await self._once())
        except Suspended:
            stopped = True
        finally:
            context.traffic.forget(self._row.id)
        await context.offload.ledger(lambda: self._answer(made, stopped=stopped))
        await close_case(self._row.id, context)

    async def _once(self) -> MeasurementRow:
        """One measurement. While it is the incumbent's no other may become it."""
        context, commit = self._context, self._row.commit
        assert commit is not None, "what has no commit is refused"
        await context.stop.unless_now(context.promotions.take(self._turn))
        try:
            await context.stop.boundary()
            incumbent = await current_incumbent(context)
            self._reigns = incumbent.commit == commit
            rows = await self._rows()
            if self._reigns:
                order = Order(self._row.id, commit, priority=Priority.REPLICATE)
                return await measure_next(order, rows, context)
        finally:
            context.promotions.release(self._turn)
        seed = await context.offload.ledger(
            lambda: context.ledger.measurements.fresh_seed(context.run)
        )
        row = MeasurementRow(
            run=context.run,
            id=f"{context.run}-{self._row.id}-m{len(rows) + 1}",
            experiment=self._row.id,
            commit=commit,
            seed=seed,
            kind=AGAIN,
            status="running",
            started=time.time(),
        )
        return await run_measurement(row, Priority.REPLICATE, context)

    async def _rows(self) -> list[MeasurementRow]:
        ledger, row = self._context.ledger, self._row
        return await self._context.offload.ledger(lambda: ledger.measurements.of(row.run, row.id))

    def _answer(self, made: Sequence[MeasurementRow], *, stopped: bool) -> None:
        ledger, row = self._context.ledger, self._row
        with ledger.transaction():
            for one in ledger.measurements.of(row.run, row.id):
                if one.status == "running":
                    close_measurement(ledger, one, "The lab was stopped.")
            if self._reigns and made:
                revise_incumbent(self._context)
            said = self._said(made)
            if stopped:
                said = refused(
                    f"The lab was stopped after {len(made)} of {self._times}.",
                    "Ask for the rest when it goes on.",
                )
            ledger.commands.answer(self._command.id, said.state, said.text)
        ledger.sync()

    def _said(self, made: Sequence[MeasurementRow]) -> Said:
        row, ledger = self._row, self._context.ledger
        values = [one.value for one in made if one.value is not None and one.crash is None]
        if len(values) < len(made):
            crash = made[-1].crash or {}
            return done(f"{row.id} crashed: {crash.get('message', '')}")
        times = "once" if len(made) == 1 else f"{len(made)} times"
        noise = ledger.runs.counts(row.run).noise_sd
        text = f"{row.id} was measured again {times}: {measured(*mean_of(values, noise))}."
        if self._reigns:
            now = ledger.incumbents.current(row.run)
            assert now is not None, "it reigns"
            return done(f"{text} On the record it is {measured(now.value, now.stderr)} now.")
        if row.value is not None:
            text += f" On the record it stays {measured(row.value, row.stderr)}."
        if row.status == "discard":
            text += " It stays discarded; `orgloop overrule` keeps it."
        return done(text)


def mean_of(values: Sequence[float], noise_sd: float | None) -> tuple[float, float | None]:
    """The mean and its standard error, of one value by the noise of the run where that is known."""
    spread = statistics.stdev(values) if len(values) > 1 else noise_sd
    return statistics.fmean(values), None if spread is None else spread / math.sqrt(len(values))
