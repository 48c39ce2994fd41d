"""The two ways out: `keep`, which the referee guards, and `discard`."""

from __future__ import annotations

import time
from collections.abc import Sequence

from orgloop.graph.context import WalkContext
from orgloop.graph.ground import once_incumbent
from orgloop.graph.ruling import (
    current_incumbent,
    incumbent_now,
    put_ruling,
    revise_incumbent,
    rule_on,
)
from orgloop.graph.state import WalkState, WalkUpdate, entered
from orgloop.ledger import Ledger, StepRow
from orgloop.referee import Ruling

MOVED = "moved"
"""The decision of a `keep` that must be measured on a newer incumbent first."""


async def visit_keep(state: WalkState, context: WalkContext) -> WalkUpdate:
    """Promote the walk's commit, if the referee agrees on the incumbent of the moment.

    What is not better than the incumbent that it was measured against is refused at once: it
    neither waits for its turn nor costs a run on a newer one.
    """
    visit, visits = entered(state, "keep")
    experiment = state["experiment"]

    def enter() -> tuple[StepRow | None, Ruling | None]:
        row = context.ledger.steps.get(context.run, experiment, "keep", visit)
        if (row is not None and row.decision == MOVED) or _ended(experiment, context):
            return row, None
        return row, rule_on(state, once_incumbent(state["base"], context), context)

    row, ruling = await context.offload.ledger(enter)
    if row is not None and row.decision == MOVED:
        await context.take_turn(experiment)
        return WalkUpdate(decision=MOVED, moves=state["moves"] + 1, visits=visits)
    if ruling is None:
        return WalkUpdate(decision=None, halt="", visits=visits)
    if not ruling.call.keeps:
        halt = f"The referee does not support a keep: {ruling.why}"
        return WalkUpdate(decision=None, halt=halt, visits=visits)
    await context.take_turn(experiment)
    await context.stop.of(experiment).boundary()
    incumbent = await current_incumbent(context)
    if incumbent.commit != state["base"]:
        await _record_move(state, context, visit)
        return WalkUpdate(decision=MOVED, moves=state["moves"] + 1, visits=visits)
    if not await _promote(state, ruling, context):  # a veto came in between
        await _record_move(state, context, visit)
        return WalkUpdate(decision=MOVED, moves=state["moves"] + 1, visits=visits)
    return WalkUpdate(decision=None, halt="", visits=visits)


def _ended(experiment: str, context: WalkContext) -> bool:
    row = context.ledger.experiments.get(context.run, experiment)
    return row is not None and row.status != "running"


async def _promote(state: WalkState, ruling: Ruling, context: WalkContext) -> bool:
    """Make the commit the incumbent; False where it does not stand on the one of the moment."""
    experiment, commit = state["experiment"], state["commit"]

    # The ledger first: it alone is truth, and a branch that lags is moved when the lab is opened.
    def put_on_record() -> bool:
        if incumbent_now(context).commit != state["base"]:
            return False
        judged = context.ledger.experiments.get(context.run, experiment)
        if judged is not None and judged.verdict.get("why") != ruling.why:
            put_ruling(context, experiment, ruling)  # the run has learnt more since the bench asked
        context.ledger.experiments.keep(
            context.run,
            experiment,
            commit=commit,
            value=ruling.value,
            stderr=ruling.stderr,
            gain=ruling.gain,
            reason=ruling.why,
            conceded=ruling.conceded,
        )
        context.ledger.sync()
        context.lineage.crown(commit, claimed=ruling.conceded is None)
        return True

    if not await context.offload.ledger(put_on_record):
        return False
    await context.offload.git(context.branch.follow)
    return True


async def _record_move(state: WalkState, context: WalkContext, visit: int) -> None:
    now = time.time()
    row = StepRow(
        run=context.run,
        experiment=state["experiment"],
        node="keep",
        visit=visit,
        started=now,
        finished=now,
        decision=MOVED,
        engine="keep",
        commit=state["commit"],
        note="The incumbent moved meanwhile: measured again on top of the new one.",
    )
    await context.offload.ledger(lambda: context.ledger.steps.finish(row))


async def visit_discard(state: WalkState, context: WalkContext) -> WalkUpdate:
    """End the experiment as discarded, or as crashed where that is what its last run did."""
    visits = entered(state, "discard")[1]
    await context.offload.ledger(lambda: _discard(state, context))
    return WalkUpdate(visits=visits)


def _discard(state: WalkState, context: WalkContext) -> None:
    steps = context.ledger.steps.of(context.run, state["experiment"])
    last = steps[-1] if steps else None
    reason = state["halt"]
    if not reason and last is not None:
        headline = last.note.strip().partition("\n")[0]
        reason = headline if last.node == "bench" else f"{last.node}: {headline}"
    refuse(
        context.ledger,
        context.run,
        state["experiment"],
        "crash" if state["crashed"] else "discard",
        reason,
        steps,
    )
    context.ledger.sync()
    learn_of_discard(state["experiment"], context)


def refuse(
    ledger: Ledger, run: str, experiment: str, status: str, reason: str, steps: Sequence[StepRow]
) -> bool:
    """End a walk as ``discard`` or ``crash``, with the numbers that the bench came to last.

    ``steps`` are all of its steps. False where it has ended already. For the ledger's thread.
    """
    ruling = next((step.data["ruling"] for step in reversed(steps) if "ruling" in step.data), None)
    numbers = ruling if isinstance(ruling, dict) else {}
    return ledger.experiments.finish(
        run,
        experiment,
        status,
        reason,
        value=_number(numbers.get("value")),
        stderr=_number(numbers.get("stderr")),
        gain=_number(numbers.get("gain")),
    )


def learn_of_discard(experiment: str, context: WalkContext) -> None:
    """Tell the referee's memory of an experiment that has ended. For the ledger's thread."""
    row = context.ledger.experiments.get(context.run, experiment)
    if row is not None and row.status == "discard":
        context.lineage.refuse(row.id, row.base, row.commit)
        revise_incumbent(context)


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, (int, float)) else None
