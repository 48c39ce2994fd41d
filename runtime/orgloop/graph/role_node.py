"""A role's node: ask its engine, hold it to its permissions, commit, record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from orgloop.engines.protocol import Engine, Request
from orgloop.errors import LedgerError, RepoError
from orgloop.graph import repeats
from orgloop.graph.context import WalkContext
from orgloop.graph.decide import arrow_of
from orgloop.graph.desk_visit import ask_engine
from orgloop.graph.failure import failed
from orgloop.graph.notices import describe
from orgloop.graph.notices import repeats as told_of_repeat
from orgloop.graph.request import Known, build_request, gather
from orgloop.graph.role_commit import RoleCommit, commit_answer
from orgloop.graph.seats import ask_panel
from orgloop.graph.state import WalkState, WalkUpdate, entered
from orgloop.graph.suspend import Suspended
from orgloop.graph.told import acknowledged
from orgloop.ledger import StepRow
from orgloop.org import Org
from orgloop.people import NotAnswered
from orgloop.role import Role


async def visit_role(org: Org, role: Role, state: WalkState, context: WalkContext) -> WalkUpdate:
    """One visit: what the ledger has on record is returned again, everything else is done."""
    visit, visits = entered(state, role.name)
    await context.stop.of(state["experiment"]).boundary()

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
    thought = _Thought(replace(begun, commit=state["commit"]))
    if over := _over_the_cap(org, role, begun.visit, state):
        thought.row = replace(thought.row, error=over)
    else:
        await _think(org, role, state, context, thought, known)
    done = replace(thought.row, finished=time.time())
    params, replaced = done.data.get("params"), done.data.get("replaced")
    run, experiment, ledger = context.run, state["experiment"], context.ledger

    def record() -> None:
        with ledger.transaction():
            ledger.experiments.update(
                run,
                experiment,
                title=thought.title,
                commit=done.commit if thought.changed else None,
                params=params if isinstance(params, Mapping) else None,
                replaced=replaced if isinstance(replaced, Mapping) else None,
                fingerprint=thought.fingerprint,
                places=thought.places,
            )
            ledger.steps.finish(done)
            # Whoever has answered, a person or a model that was asked instead of one.
            ledger.questions.close(run, experiment, role.name, done.visit)
            read = thought.reads and thought.answered
            ledger.messages.settle(role.name, run, experiment, done.visit, answered=read)

    await context.offload.ledger(record)
    return done


@dataclass(slots=True)
class _Thought:
    """What a visit has come to so far."""

    row: StepRow
    reads: bool = False
    """Whether a brief was rendered: messages may be held, a person may be asked."""
    answered: bool = False
    title: str | None = None
    changed: bool = False
    fingerprint: str | None = None
    """Of the walk's change; None where this visit changed nothing, or only repeated."""
    places: tuple[str, ...] | None = None


async def _think(
    org: Org,
    role: Role,
    state: WalkState,
    context: WalkContext,
    thought: _Thought,
    known: Known,
) -> None:
    """Ask, and take down the step, the experiment's title and what its change is.

    The boundary of what thinks: whatever goes wrong in there ends this walk and not the run. That
    its engine cannot be had is part of it, and an answer that is of no use was still paid for.
    """
    visit = thought.row.visit
    try:
        engine = context.engine_for(role, org.charter.model)
        thought.row = replace(thought.row, engine=_label(engine, role))
        asked = await build_request(org, role, engine, known, visit, state["commit"], context)
        thought.reads = bool(asked.request.brief)
        named = f"{state['experiment']}-{role.name}-{visit}"
        request = asked.request
        commit = await _answer(org, engine, request, state, named, context, thought)
        mind = engine.reads_brief and not asked.inquiry.answered
        earlier = await _earlier(org, role, commit, state, context) if mind else repeats.Earlier()
        if earlier.repeat is not None:
            again = replace(request, brief=f"{request.brief}\n{told_of_repeat(earlier.repeat)}\n")
            commit = await _answer(org, engine, again, state, f"{named}-again", context, thought)
            earlier = await _earlier(org, role, commit, state, context)
    except (LedgerError, RepoError, Suspended, NotAnswered):
        raise  # the lab's own trouble, or nobody's: either way not this experiment's
    except Exception as error:  # noqa: BLE001 - the graph node is one of the two boundaries
        thought.row = failed(thought.row, role, error)
        return
    thought.answered = True
    row = thought.row
    note = acknowledged(row.note, asked.told)
    if earlier.retest is not None:
        note = f"{note}\n\nA retest on a newer incumbent: {describe(earlier.retest)}"
    refused = commit.refused
    if earlier.repeat is not None:
        refused = f"Repeat of {describe(earlier.repeat)}"
    thought.row = replace(row, note=note, commit=commit.sha, error=refused)
    thought.changed = commit.fingerprint is not None
    thought.fingerprint = None if earlier.repeat is not None else commit.fingerprint
    thought.places = commit.places if thought.changed else None


async def _answer(
    org: Org,
    engine: Engine,
    request: Request,
    state: WalkState,
    named: str,
    context: WalkContext,
    thought: _Thought,
) -> RoleCommit:
    """One answer, charged and taken down in ``thought``; its commit."""
    flow, role = org.charter.flow, request.role
    row, commit = thought.row, state["commit"]
    if role.org.seats > 1:
        asking = ask_panel(flow, engine, request, commit, named, row, context)
    else:
        asking = ask_engine(engine, request, commit, named, row, context)
    visited = await context.stop.of(state["experiment"]).unless_now(asking)
    answer = visited.answer
    decision = arrow_of(flow, role.name, answer)
    # Who set the title is on record with the step: the experiment has the last one only.
    data = {**answer.data, "title": answer.title} if answer.title else answer.data
    thought.row = replace(row, decision=decision, note=answer.note, data=data)
    thought.title = answer.title
    return await commit_answer(role, visited, state, context)


async def _earlier(
    org: Org, role: Role, commit: RoleCommit, state: WalkState, context: WalkContext
) -> repeats.Earlier:
    if commit.fingerprint is None or not repeats.is_last_hand(org, role):
        return repeats.Earlier()
    return await repeats.claim(state, commit.fingerprint, context)


def _label(engine: Engine, role: Role) -> str:
    return f"{engine.label}, people" if role.org.people else engine.label
