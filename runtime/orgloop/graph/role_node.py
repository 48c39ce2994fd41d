"""A role's node: ask its engine, hold it to its permissions, commit, record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from orgloop.charter import Flow
from orgloop.engines.protocol import Engine, Outcome, Request
from orgloop.errors import LedgerError, RepoError
from orgloop.graph.charge import charged
from orgloop.graph.context import WalkContext
from orgloop.graph.decide import arrow_for, arrow_of
from orgloop.graph.desk_visit import Visited, ask_engine
from orgloop.graph.failure import failed
from orgloop.graph.panel import agree, answers_of, merge
from orgloop.graph.request import Known, build_request, gather
from orgloop.graph.role_commit import commit_answer
from orgloop.graph.state import WalkState, WalkUpdate, entered
from orgloop.graph.suspend import Suspended
from orgloop.ledger import StepRow
from orgloop.org import Org
from orgloop.role import Role


async def visit_role(org: Org, role: Role, state: WalkState, context: WalkContext) -> WalkUpdate:
    """One visit: what the ledger has on record is returned again, everything else is done."""
    visit, visits = entered(state, role.name)
    await context.stop.boundary()

    def enter() -> tuple[StepRow, Known | None]:
        begun = context.ledger.steps.begin(context.run, state["experiment"], role.name, visit)
        return begun, gather(state, context) if begun.finished is None else None

    row, known = await context.offload.ledger(enter)
    if known is not None:
        row = await _work(org, role, state, context, row, known)
    return WalkUpdate(
        commit=row.commit or state["commit"],
        decision=row.decision,
        halt=row.error,
        visits=visits,
    )


def _over_the_cap(org: Org, role: Role, visit: int, state: WalkState) -> str:
    rounds = org.charter.rounds
    if visit <= rounds + state["moves"]:
        return ""
    return f"`{role.name}` was asked {rounds} times, the charter's limit (`rounds: {rounds}`)."


async def _work(
    org: Org, role: Role, state: WalkState, context: WalkContext, begun: StepRow, known: Known
) -> StepRow:
    row = replace(begun, commit=state["commit"])
    title, fingerprint = None, None
    if over := _over_the_cap(org, role, row.visit, state):
        row = replace(row, error=over)
    else:
        row, title, fingerprint = await _think(org, role, state, context, row, known)
    done = replace(row, finished=time.time())
    params, replaced = done.data.get("params"), done.data.get("replaced")

    def record() -> None:
        with context.ledger.transaction():
            context.ledger.experiments.update(
                context.run,
                state["experiment"],
                title=title,
                commit=None if fingerprint is None else done.commit,
                params=params if isinstance(params, Mapping) else None,
                replaced=replaced if isinstance(replaced, Mapping) else None,
                fingerprint=fingerprint,
            )
            context.ledger.steps.finish(done)

    await context.offload.ledger(record)
    return done


async def _think(
    org: Org,
    role: Role,
    state: WalkState,
    context: WalkContext,
    row: StepRow,
    known: Known,
) -> tuple[StepRow, str | None, str | None]:
    """The step, the experiment's title and the fingerprint of its change, where there are any.

    The boundary of what thinks: whatever goes wrong in there ends this walk and not the run. That
    its engine cannot be had is part of it, and an answer that is of no use was still paid for.
    """
    try:
        engine = context.engine_for(role, org.charter.model)
        row = replace(row, engine=engine.label)
        request = await build_request(org, role, engine, known, row.visit, context)
        visited = await _ask(org.charter.flow, engine, request, state, row.visit, context)
        answer = visited.answer
        row = charged(row, answer.usage)
        decision = arrow_of(org.charter.flow, role.name, answer)
        commit = await commit_answer(role, visited, state, context)
    except (LedgerError, RepoError, Suspended):
        raise  # the lab's own trouble, and not this experiment's: the run has to stop
    except Exception as error:  # noqa: BLE001 - the graph node is one of the two boundaries
        return failed(row, role, error), None, None
    done = replace(
        row,
        decision=decision,
        note=answer.note,
        commit=commit.sha,
        error=commit.refused,
        data=answer.data,
    )
    return done, answer.title, commit.fingerprint


async def _ask(
    flow: Flow,
    engine: Engine,
    request: Request,
    state: WalkState,
    visit: int,
    context: WalkContext,
) -> Visited:
    role, named = request.role, f"{request.experiment}-{request.role.name}-{visit}"
    if role.org.seats == 1:
        return await ask_engine(engine, request, state["commit"], named, context)
    seats = [
        replace(request, seat=seat, seed=request.seed + seat) for seat in range(role.org.seats)
    ]
    asked = await asyncio.gather(
        *(
            ask_engine(engine, seat, state["commit"], f"{named}-{seat.seat}", context)
            for seat in seats
        ),
        return_exceptions=True,
    )
    answers = answers_of(asked)
    arrows = [arrow_of(flow, role.name, answer) for answer in answers]
    if not request.decisions:
        return Visited(merge(answers, arrows, None))
    safest = arrow_for(flow, role.name, Outcome.FAIL)
    decision = agree(arrows, rule=role.org.rule, safest=safest)
    return Visited(merge(answers, arrows, decision))
