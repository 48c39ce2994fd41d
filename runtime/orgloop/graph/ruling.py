"""The referee's case for an experiment, gathered from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.errors import LedgerError
from orgloop.graph.context import WalkContext
from orgloop.graph.state import WalkState
from orgloop.ledger import IncumbentRow
from orgloop.referee import Case, Ruling, Sample


def rule_on(
    state: WalkState, incumbent: IncumbentRow, context: WalkContext, *, asked_again: bool = False
) -> Ruling:
    """Ask the referee about the walk's commit against ``incumbent``, on all there is.

    For the ledger's thread: a ruling takes some milliseconds and belongs with what it is about.
    """
    lineage = context.lineage
    candidate = lineage.samples(state["commit"])
    return context.referee.rule(
        Case(
            goal=context.task.goal,
            candidate=candidate,
            incumbent=_paired_first(lineage.samples(incumbent.commit), candidate),
            min_delta=context.task.min_delta,
            asked_again=asked_again,
            lineage=lineage.until(incumbent),
        )
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
