"""A role's visit with a desk: a checkout is made for it, and what it left is taken up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from orgloop.bench.desk import BenchDesk
from orgloop.bench.serving import client_visit, left_working
from orgloop.engines.desk import needs_desk
from orgloop.engines.protocol import Answer, Engine, Request
from orgloop.graph.charge import paid_answer
from orgloop.graph.context import WalkContext
from orgloop.graph.measure import set_up
from orgloop.ledger import StepRow
from orgloop.repo import Leavings, Worktree, leavings

LISTED = 5
"""Files left at a desk that a note names."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of asking an engine."""

    answer: Answer
    refused: str = ""
    """What it left at its desk that no commit may hold, in a sentence."""


async def ask_engine(
    engine: Engine,
    request: Request,
    commit: str,
    visit: str,
    step: StepRow,
    context: WalkContext,
) -> Visited:
    """Ask, waiting out what passes by itself; with a desk at ``commit`` where one is needed.

    ``visit`` tells this visit from any other of the run, ``step`` is charged for each attempt. What
    a role without `Edit` or `Write` changed at its desk is left there.
    """
    return await sit_out(
        engine,
        request,
        step,
        context,
        at_desk=lambda: _at_desk(engine, request, commit, visit, step, context),
    )


async def sit_out(
    engine: Engine,
    request: Request,
    step: StepRow,
    context: WalkContext,
    *,
    at_desk: Callable[[], Awaitable[Visited]],
) -> Visited:
    """Ask until there is an answer, waiting out what passes; ``at_desk`` where a desk is needed."""

    async def ask() -> Visited:
        if not needs_desk(engine, request.role):
            return Visited(await paid_answer(engine, request, step, context))
        return await at_desk()

    return await context.outages.sit_out(engine.label, ask)


async def _at_desk(
    engine: Engine,
    request: Request,
    commit: str,
    visit: str,
    step: StepRow,
    context: WalkContext,
) -> Visited:
    task, pool = context.task, context.pool

    def sit_down() -> Worktree:
        # A client that an earlier lab left here works on in the checkout that it was given.
        left = left_working(context.executor, client_visit(context.run, visit))
        kept = None if left is None or left.worktree is None else pool.reserve(left.worktree)
        return kept or pool.checkout(commit, index=True)

    worktree = await context.offload.git(sit_down)
    desk: BenchDesk | None = None
    try:
        protected = await set_up(worktree, context, context.stop.of(step.experiment))
        desk = context.bench.desk(worktree, run=context.run, visit=visit, protected=protected)
        answer = await paid_answer(engine, replace(request, desk=desk), step, context)
        if not request.role.may_edit:
            return Visited(answer)
        made = {path.relative_to(worktree.lab).parts[0] for path in protected}

        def look() -> Leavings:
            entries = context.repo.entries(commit)
            return leavings(worktree.lab, entries, task.editable, task.hidden, made)

        return taken_up(answer, await context.offload.git(look))
    finally:
        if desk is not None:
            context.offload.background(desk.close)
        pool.give_back(worktree)
        context.offload.background(pool.prepare_spare)


def taken_up(answer: Answer, found: Leavings) -> Visited:
    """The answer, with what was left changed at the desk among its edits."""
    note = answer.note
    if found.left_behind:
        shown = ", ".join(f"`{path}`" for path in found.left_behind[:LISTED])
        more = len(found.left_behind) - LISTED
        shown += f" and {more} more" if more > 0 else ""
        note = f"{note}\n\nLeft at the desk, since not editable: {shown}."
    refused = f"No commit may hold what it left: {'; '.join(found.refused)}." * bool(found.refused)
    return Visited(replace(answer, edits={**found.edits, **answer.edits}, note=note), refused)
