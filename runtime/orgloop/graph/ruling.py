"""The referee's case for an experiment, gathered from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.errors import LedgerError
from orgloop.graph.context import WalkContext
from orgloop.graph.state import WalkState
from orgloop.ledger import BASELINE, IncumbentRow
from orgloop.referee import Case, Ruling, Sample, Tie, oriented


def rule_on(
    state: WalkState, incumbent: IncumbentRow, context: WalkContext, *, asked_again: bool = False
) -> Ruling:
    """Ask the referee about the walk's commit against ``incumbent``, on all there is.

    For the ledger's thread: a ruling takes some milliseconds and belongs with what it is about.
    """
    simplicity, tie = context.simplicity, None
    if simplicity is not None and simplicity.is_simpler(state["commit"], incumbent.commit):
        tie = Tie(context.ledger.runs.counts(context.run).conceded)
    candidate = context.lineage.samples(state["commit"])
    return context.referee.rule(_case(candidate, incumbent, tie, context, asked_again=asked_again))


def put_effect(state: WalkState, incumbent: IncumbentRow, context: WalkContext) -> None:
    """Put on record the first gain that the walk has measured, before anything selects on it.

    For the ledger's thread, after each measurement: what is on record already stays.
    """
    samples = context.lineage.samples(state["commit"])
    if len(samples) != 1:
        return
    goal = context.task.goal
    effect = oriented(samples[0].value, goal) - oriented(incumbent.value, goal)
    context.ledger.experiments.first_effect(context.run, state["experiment"], effect)


def put_ruling(context: WalkContext, experiment: str, ruling: Ruling) -> None:
    """Put on record what the referee said of an experiment. For the ledger's thread."""
    context.ledger.experiments.judge(
        context.run,
        experiment,
        call=ruling.call.value,
        value=ruling.value,
        stderr=ruling.stderr,
        gain=ruling.gain,
        gain_stderr=ruling.gain_stderr,
        p_better=ruling.p_better,
        why=ruling.why,
    )


def revise_incumbent(context: WalkContext) -> None:
    """Put on record what the incumbent is worth by all that is known now.

    For the ledger's thread. The baseline was not selected: the mean of its measurements stands.
    """
    incumbent = incumbent_now(context)
    if incumbent.experiment == BASELINE:
        return
    now = context.referee.standing(_case((), incumbent, None, context))
    if now is not None:
        context.ledger.incumbents.revise(context.run, incumbent.number, now.value, now.stderr)


def _case(
    candidate: Sequence[Sample],
    incumbent: IncumbentRow,
    tie: Tie | None,
    context: WalkContext,
    *,
    asked_again: bool = False,
) -> Case:
    lineage = context.lineage.until(incumbent)
    return Case(
        goal=context.task.goal,
        candidate=candidate,
        incumbent=_paired_first(lineage[-1].samples, candidate),
        min_delta=context.task.min_delta,
        asked_again=asked_again,
        lineage=lineage,
        tie=tie,
    )


def _paired_first(incumbent: Sequence[Sample], candidate: Sequence[Sample]) -> list[Sample]:
    """The incumbent's samples, those ahead that share a seed with the candidate's first.

    A rule that looks at one measurement of each then looks at a pair.
    """
    order = {sample.seed: place for place, sample in enumerate(candidate)}
    return sorted(incumbent, key=lambda sample: order.get(sample.seed, len(order)))


async def current_incumbent(context: WalkContext) -> IncumbentRow:
    """The commit to beat at this moment; there is one once the baseline was measured."""
    return await context.offload.ledger(lambda: incumbent_now(context))


def incumbent_now(context: WalkContext) -> IncumbentRow:
    """See :func:`current_incumbent`; for whoever is on the ledger's thread."""
    row = context.ledger.incumbents.current(context.run)
    if row is None:
        raise LedgerError(
            f"Run {context.run} has no incumbent, though its baseline was measured.",
            hint="Start another run with `orgloop run --new`.",
        )
    return row
