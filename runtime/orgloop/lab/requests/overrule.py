"""Keeps a discarded experiment against the referee: `overrule e0007 "why"`.

It goes the way of every promotion: one at a time, put on the incumbent of the moment, measured
there beside it on fresh seeds for as long as the referee wants to know more. Only that what the
referee then says does not decide. So the value on record is as honest as any, and its gain is left
out of what is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.graph.context import WalkContext
from orgloop.graph.halting import close_measurement
from orgloop.graph.measure import Order, measure_next, settle
from orgloop.graph.pairs import measure_pair
from orgloop.graph.ruling import current_incumbent, incumbent_now, put_ruling, rule_on
from orgloop.graph.state import first_state
from orgloop.graph.suspend import Suspended
from orgloop.lab.casebook import close_case
from orgloop.lab.requests.halt import words_of
from orgloop.lab.requests.said import Said, done, no_reason, refused
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow, ExperimentRow, IncumbentRow, Ledger, MeasurementRow
from orgloop.ledger.verbs import OVERRULE
from orgloop.referee import Call, Ruling
from orgloop.repo import Merged
from orgloop.repo.refs import earlier_ref

STOPPED = refused("The lab was stopped before it was done.", "Ask again when it goes on.")


async def overrule(
    command: CommandRow, row: ExperimentRow, context: WalkContext, walks: Walks
) -> Said | None:
    """Begin to keep it, beside the walks; None where that goes on."""
    trouble = unfit(command, row)
    if trouble is None:
        name = f"{OVERRULE} {row.id}"
        walks.begin_task(_Promotion(command, row, context, name).carry_out(), name)
    return trouble


def unfit(command: CommandRow, row: ExperimentRow) -> Said | None:
    """Why an experiment cannot be kept at all; None where it may be."""
    if not command.reason.strip():
        return no_reason()
    if row.status == "running":
        return refused(
            f"{row.id} is not decided yet, so there is nothing to overrule.",
            "Ask again when it has ended.",
        )
    if row.status == "keep":
        return refused(f"{row.id} is kept already.", f"`orgloop show {row.id}` says why.")
    if row.status == "crash":
        return refused(
            f"{row.id} crashed, so there is nothing to keep.",
            f'Have an experiment mend it (`orgloop tell "mend {row.id}"`).',
        )
    if row.commit is None or row.commit == row.base:
        return refused(f"{row.id} has changed nothing.", f"`orgloop show {row.id}` says why.")
    return None


@dataclass(frozen=True, slots=True)
class _Ground:
    commit: str
    incumbent: IncumbentRow
    moved: bool
    """It stands on another incumbent than it was made on: measured in pairs on fresh seeds."""


class _Crashed(Exception):
    def __init__(self, row: MeasurementRow) -> None:
        super().__init__(row.id)
        self.row = row


class _Promotion:
    """One attempt to keep one experiment."""

    def __init__(
        self, command: CommandRow, row: ExperimentRow, context: WalkContext, turn: str
    ) -> None:
        self._command, self._row, self._context, self._turn = command, row, context, turn

    async def carry_out(self) -> None:
        """Keep it, or say why not; the answer is on record in the end."""
        context = self._context
        try:
            await context.stop.unless_now(context.promotions.take(self._turn))
            said = await self._promote()
        except Suspended:
            said = STOPPED
        except _Crashed as crashed:
            said = self._crash(crashed.row)
        finally:
            context.promotions.release(self._turn)
            context.traffic.forget(self._row.id)
        if said is None:
            await context.offload.git(context.branch.follow)
        else:
            await context.offload.ledger(lambda: self._refuse(said))
        await close_case(self._row.id, context)

    async def _promote(self) -> Said | None:
        """None once it is kept, and what is refused otherwise."""
        context = self._context
        while True:
            await context.stop.boundary()
            ground = await self._find_ground()
            if isinstance(ground, Said):
                return ground
            ruling = await self._measure(ground)
            if await self._keep(ground, ruling):
                return None  # else the incumbent was vetoed meanwhile: once more, on the other

    async def _find_ground(self) -> _Ground | Said:
        context, row = self._context, self._row
        incumbent = await current_incumbent(context)
        commit = row.commit
        assert commit is not None, "what has no commit is unfit"
        if incumbent.commit == row.base:
            return _Ground(commit, incumbent, moved=False)

        def put_on_top() -> str | None:
            merged = context.repo.merge_onto(commit, row.base, incumbent.commit)
            if not isinstance(merged, Merged):
                return None
            ref = earlier_ref(context.run, merged.commit)
            context.repo.refs.set(ref, merged.commit, force=True)
            return merged.commit

        merged = await context.offload.git(put_on_top)
        if merged is None:
            return refused(
                f"What {row.id} changed conflicts with the incumbent, {incumbent.experiment}.",
                f'Have it made anew there (`orgloop tell "try {row.id} again"`).',
            )
        if merged == incumbent.commit:
            return refused(
                f"The incumbent, {incumbent.experiment}, holds what {row.id} changed already.",
                "Nothing is left to keep.",
            )
        return _Ground(merged, incumbent, moved=True)

    async def _measure(self, ground: _Ground) -> Ruling:
        """Measure until the referee has heard enough."""
        context, id = self._context, self._row.id
        begun = await context.offload.ledger(
            lambda: context.ledger.measurements.of(context.run, id)
        )
        rows = await settle(begun, context)
        if not any(one.commit == ground.commit and one.status == "ok" for one in rows):
            rows += await self._once_more(ground, rows)
        while True:
            ruling = await context.offload.ledger(lambda: self._rule(ground))
            if ruling.call is not Call.AGAIN:
                return ruling
            rows += await self._once_more(ground, rows)

    async def _once_more(self, ground: _Ground, rows: list[MeasurementRow]) -> list[MeasurementRow]:
        context, id = self._context, self._row.id
        if ground.moved:
            incumbent = ground.incumbent.commit
            latest = await measure_pair(id, ground.commit, incumbent, rows, context)
        else:
            latest = [await measure_next(Order(id, ground.commit), rows, context)]
        if latest[0].crash is not None:
            raise _Crashed(latest[0])
        return latest

    def _rule(self, ground: _Ground) -> Ruling:
        state = first_state(self._row.id, ground.incumbent.commit)
        state["commit"] = ground.commit
        return rule_on(state, ground.incumbent, self._context)

    async def _keep(self, ground: _Ground, ruling: Ruling) -> bool:
        """Make it the incumbent; False where another has become it meanwhile."""
        context, row = self._context, self._row
        await context.offload.git(lambda: context.repo.hold(context.run, row.id, ground.commit))

        def put_on_record() -> bool:
            if incumbent_now(context).commit != ground.incumbent.commit:
                return False
            with context.ledger.transaction():
                put_ruling(context, row.id, ruling)
                put_overrule(
                    context.ledger,
                    row,
                    self._command,
                    commit=ground.commit,
                    base=ground.incumbent.commit,
                    value=ruling.value,
                    stderr=ruling.stderr,
                    gain=ruling.gain,
                )
            context.ledger.sync()
            context.lineage.read_again()
            return True

        return await context.offload.ledger(put_on_record)

    def _crash(self, row: MeasurementRow) -> Said:
        crash = row.crash or {}
        return refused(
            f"{self._row.id} crashes on the incumbent: {crash.get('message', '')}".rstrip(". ")
            + ".",
            f"`orgloop show {self._row.id}` has its output.",
        )

    def _refuse(self, said: Said) -> None:
        ledger = self._context.ledger
        with ledger.transaction():
            for one in ledger.measurements.of(self._row.run, self._row.id):
                if one.status == "running":
                    close_measurement(ledger, one, said.text)
            ledger.commands.answer(self._command.id, *said)


def put_overrule(
    ledger: Ledger,
    row: ExperimentRow,
    command: CommandRow,
    *,
    commit: str,
    base: str,
    value: float,
    stderr: float | None,
    gain: float | None,
) -> None:
    """Keep ``commit`` on the incumbent ``base``, in one transaction with the answer."""
    was = f"It had been discarded: {row.reason}" if row.reason else ""
    text = f"{row.id} is kept, and left out of what is claimed. {was}".rstrip()
    with ledger.transaction():
        ledger.overturns.overrule(
            row.run,
            row.id,
            words_of(command),
            commit=commit,
            base=base,
            value=value,
            stderr=stderr,
            gain=gain,
        )
        ledger.commands.answer(command.id, *done(text))
