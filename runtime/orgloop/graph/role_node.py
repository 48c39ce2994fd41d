"""A role's node: ask its engine, hold it to its permissions, commit, record."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace

from orgloop.charter import Flow
from orgloop.engines.protocol import Answer, Engine, Outcome, Request
from orgloop.errors import EngineError, LedgerError, OrgloopError, RepoError
from orgloop.graph.context import WalkContext
from orgloop.graph.decide import arrow_for, arrow_of
from orgloop.graph.panel import agree, merge
from orgloop.graph.request import build_request
from orgloop.graph.state import WalkState, WalkUpdate, entered
from orgloop.ledger import StepRow
from orgloop.org import Org
from orgloop.repo import PathError, experiment_ref, out_of_scope
from orgloop.role import Role


async def visit_role(org: Org, role: Role, state: WalkState, context: WalkContext) -> WalkUpdate:
    """One visit: what the ledger has on record is returned again, everything else is done."""
    visit, visits = entered(state, role.name)
    await context.stop.boundary()
    row = await context.offload.ledger(
        lambda: context.ledger.steps.begin(context.run, state["experiment"], role.name, visit)
    )
    if row.finished is None:
        row = await _work(org, role, state, context, row)
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
    org: Org, role: Role, state: WalkState, context: WalkContext, begun: StepRow
) -> StepRow:
    engine = context.engine_for(role, org.charter.model)
    row = replace(begun, engine=engine.label, commit=state["commit"])
    if over := _over_the_cap(org, role, row.visit, state):
        row = replace(row, error=over)
    else:
        row = await _think(org, role, engine, state, context, row)
    done = replace(row, finished=time.time())
    await context.offload.ledger(lambda: context.ledger.steps.finish(done))
    return done


async def _think(
    org: Org,
    role: Role,
    engine: Engine,
    state: WalkState,
    context: WalkContext,
    row: StepRow,
) -> StepRow:
    """The boundary of what thinks: whatever goes wrong in there ends this walk and not the run."""
    try:
        request = await build_request(org, role, engine, state, context, row.visit)
        answer = await _ask(org.charter.flow, role, engine, request)
        decision = arrow_of(org.charter.flow, role.name, answer)
        commit = await _commit(role, answer, state, context)
    except EngineError as error:
        return replace(row, error=f"`{role.name}` failed: {error}")
    except (LedgerError, RepoError):
        raise  # the lab's own trouble, and not this experiment's: the run has to stop
    except OrgloopError as error:
        return replace(row, error=f"`{role.name}` failed: {error}")
    except Exception as error:  # noqa: BLE001 - the graph node is one of the two boundaries
        return replace(
            row,
            note=f"```\n{traceback.format_exc(limit=-8)}```",
            error=f"`{role.name}` failed: its engine raised {type(error).__name__}: {error}",
        )
    return replace(
        row,
        decision=decision,
        note=answer.note,
        commit=commit.sha,
        error=commit.refused,
        data=answer.data,
        input_tokens=answer.usage.input_tokens,
        cached_tokens=answer.usage.cached_tokens,
        output_tokens=answer.usage.output_tokens,
        cost_usd=answer.usage.cost_usd,
    )


async def _ask(flow: Flow, role: Role, engine: Engine, request: Request) -> Answer:
    if role.org.seats == 1:
        return await engine.think(request)
    seats = [
        replace(request, seat=seat, seed=request.seed + seat) for seat in range(role.org.seats)
    ]
    answers = await asyncio.gather(*(engine.think(seat) for seat in seats))
    arrows = [arrow_of(flow, role.name, answer) for answer in answers]
    if not request.decisions:
        return merge(answers, arrows, None)
    safest = arrow_for(flow, role.name, Outcome.FAIL)
    decision = agree(arrows, rule=role.org.rule, safest=safest)
    return merge(answers, arrows, decision)


class _Committed:
    """What became of an answer's edits: the walk's commit, and why they were refused."""

    def __init__(self, sha: str, refused: str = "") -> None:
        self.sha = sha
        self.refused = refused


async def _commit(role: Role, answer: Answer, state: WalkState, context: WalkContext) -> _Committed:
    """Commit what the role changed, where its tools and the task's editable files allow it."""
    if not answer.edits:
        if answer.title:
            await _describe(answer, state, context, commit=None, fingerprint=None)
        return _Committed(state["commit"])
    if not role.may_edit:
        files = ", ".join(f"`{path}`" for path in sorted(answer.edits))
        return _Committed(state["commit"], f"`{role.name}` may not edit, and changed {files}.")

    def work() -> tuple[str, str, str]:
        repo, base = context.repo, state["base"]
        try:
            commit = repo.commit_edits(
                state["commit"],
                answer.edits,
                message=_message(answer, state["experiment"]),
                author=role.name,
            )
        except PathError as error:
            return base, str(error).rstrip("."), ""
        refusals = out_of_scope(
            repo.changes(base, commit), context.task.editable, existing=repo.entries(base)
        )
        if refusals or commit == base:
            return commit, "; ".join(map(str, refusals)), ""
        repo.refs.set(experiment_ref(context.run, state["experiment"]), commit, force=True)
        return commit, "", repo.fingerprint(base, commit)

    commit, refused, fingerprint = await context.offload.git(work)
    if refused:
        return _Committed(state["commit"], f"Not editable: {refused}.")
    await _describe(answer, state, context, commit=commit, fingerprint=fingerprint)
    return _Committed(commit)


def _message(answer: Answer, experiment: str) -> str:
    return f"{answer.title or experiment}\n\nOrgloop: {experiment}\n"


async def _describe(
    answer: Answer,
    state: WalkState,
    context: WalkContext,
    *,
    commit: str | None,
    fingerprint: str | None,
) -> None:
    params = answer.data.get("params")
    await context.offload.ledger(
        lambda: context.ledger.experiments.update(
            context.run,
            state["experiment"],
            title=answer.title,
            commit=commit,
            params=params if isinstance(params, Mapping) else None,
            fingerprint=fingerprint,
        )
    )
