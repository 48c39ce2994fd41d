"""The bench as a node: measure until the referee has heard enough."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from orgloop.bench import Priority
from orgloop.charter.flow import CRASHED, MEASURED, STALE
from orgloop.graph.context import WalkContext
from orgloop.graph.ground import Ground, Stale, find_ground
from orgloop.graph.measure import Order, measure_next, settle
from orgloop.graph.pairs import complete_pairs, measure_pair
from orgloop.graph.ruling import put_effect, put_ruling, rule_on
from orgloop.graph.state import WalkState, WalkUpdate, entered
from orgloop.ledger import MeasurementRow, StepRow
from orgloop.org import Org
from orgloop.referee import Call, Ruling

NOTHING_CHANGED = "Nothing was changed, so there is nothing to measure."


STALE_NOTE = "The incumbent has moved, and the change conflicts with it."


async def visit_bench(org: Org, state: WalkState, context: WalkContext) -> WalkUpdate:
    """One visit: leaves by ``measured``, ``crashed`` or ``stale``, or halts the walk."""
    visit, visits = entered(state, "bench")
    context.traffic.arrive(state["experiment"])
    try:
        row = await _recorded_or_done(org, state, context, visit)
    finally:
        context.traffic.leave(state["experiment"])
    return WalkUpdate(
        base=str(row.data.get("base", state["base"])),
        commit=row.commit or state["commit"],
        decision=row.decision,
        halt=row.error,
        crashed=row.decision == CRASHED,
        visits=visits,
    )


async def _recorded_or_done(
    org: Org, state: WalkState, context: WalkContext, visit: int
) -> StepRow:
    await context.stop.of(state["experiment"]).boundary()
    rows, row = await context.offload.ledger(
        lambda: (
            rows := context.ledger.measurements.of(context.run, state["experiment"]),
            context.ledger.steps.begin(
                context.run, state["experiment"], "bench", visit, data={"before": len(rows)}
            ),
        )
    )
    if row.finished is not None:
        return row
    row = replace(row, engine="bench", commit=state["commit"])
    rounds = org.charter.rounds
    if state["commit"] == state["base"]:
        row = replace(row, error=NOTHING_CHANGED)
    elif visit > rounds + state["moves"]:
        row = replace(row, error=f"It came back to the bench more than {rounds} times (`rounds`).")
    else:
        row = await _measure(org, state, context, row, rows)
    done = replace(row, finished=time.time())
    await context.offload.ledger(lambda: context.ledger.steps.finish(done))
    return done


async def _measure(
    org: Org,
    state: WalkState,
    context: WalkContext,
    row: StepRow,
    rows: Sequence[MeasurementRow],
) -> StepRow:
    if state["moves"]:
        await context.take_turn(state["experiment"])
    measured = await settle(rows, context)
    ground = await find_ground(org, state, measured, context)
    if isinstance(ground, Stale):
        # Whoever the arrow leads to starts afresh, on the incumbent of the moment, and the turn
        # is for others meanwhile: roles may think for long.
        context.promotions.release(state["experiment"])
        return replace(
            row,
            decision=STALE,
            note=STALE_NOTE,
            commit=ground.incumbent.commit,
            data={**row.data, "base": ground.incumbent.commit},
        )
    row = replace(row, commit=ground.commit, data={**row.data, "base": ground.incumbent.commit})
    return await _measure_on(ground, measured, state, context, row)


async def _measure_on(
    ground: Ground,
    measured: list[MeasurementRow],
    state: WalkState,
    context: WalkContext,
    row: StepRow,
) -> StepRow:
    here: WalkState = {**state, "commit": ground.commit, "base": ground.incumbent.commit}
    incumbent = ground.incumbent.commit
    if state["moves"]:
        measured += await complete_pairs(
            state["experiment"], ground.commit, incumbent, measured, context
        )
    so_far = [one for one in measured if one.commit == ground.commit]
    if so_far and so_far[-1].crash is not None:
        return _crashed(row, so_far[-1])
    # What this very visit has measured, before the lab died under it, is heard. What an earlier
    # visit measured was heard then: to come back with it is to ask for one more.
    heard = [one for one in measured[_before(row) :] if one.commit == ground.commit]
    asked_again = len(so_far) > len(heard)
    ruling = await _judge(here, ground, context, asked_again=asked_again) if heard else None
    priority = Priority.FIRST
    wishes, id = context.wishes, state["experiment"]
    while ruling is None or ruling.call is Call.AGAIN or wishes.left(id):
        wanted = ruling is not None and ruling.call is not Call.AGAIN
        if state["moves"]:
            latest = await measure_pair(
                state["experiment"], ground.commit, incumbent, measured, context
            )
        else:
            order = Order(state["experiment"], ground.commit, priority=priority)
            latest = [await measure_next(order, measured, context)]
        measured += latest
        if latest[0].crash is not None:
            return _crashed(row, latest[0])
        ruling = await _judge(here, ground, context, asked_again=asked_again)
        if wanted:
            wishes.made(id)
        priority = Priority.REPLICATE
    return replace(
        row,
        decision=MEASURED,
        note=ruling.why,
        data={**row.data, "ruling": _as_data(ruling)},
    )


async def _judge(
    here: WalkState, ground: Ground, context: WalkContext, *, asked_again: bool
) -> Ruling:
    """Ask the referee, and put its answer on record."""

    def work() -> Ruling:
        ruling = rule_on(here, ground.incumbent, context, asked_again=asked_again)
        put_effect(here, ground.incumbent, context)
        put_ruling(context, here["experiment"], ruling)
        return ruling

    return await context.offload.ledger(work)


def _before(row: StepRow) -> int:
    """How many measurements the experiment had when this visit began."""
    before = row.data.get("before", 0)
    return before if isinstance(before, int) else 0


def _crashed(row: StepRow, measured: MeasurementRow) -> StepRow:
    crash = measured.crash or {}
    reason = f"{crash.get('kind', 'crash')}: {crash.get('message', '')}"
    return replace(row, decision=CRASHED, note=reason)


def _as_data(ruling: Ruling) -> dict[str, str | float | None]:
    return {
        "call": ruling.call.value,
        "value": ruling.value,
        "stderr": ruling.stderr,
        "gain": ruling.gain,
        "gain_stderr": ruling.gain_stderr,
        "p_better": ruling.p_better,
        "why": ruling.why,
        "conceded": ruling.conceded,
    }
