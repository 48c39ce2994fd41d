"""A panel's seats: who sits where, in which order they are asked, and their one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace

from orgloop.charter import Flow
from orgloop.engines.human import Human
from orgloop.engines.protocol import Engine, Outcome, Request
from orgloop.errors import EngineError
from orgloop.graph.context import WalkContext
from orgloop.graph.decide import arrow_for, arrow_of
from orgloop.graph.desk_visit import Visited, ask_engine
from orgloop.graph.inquiry import Inquiry
from orgloop.graph.panel import agree, merge
from orgloop.ledger import StepRow
from orgloop.people import NotAnswered

_PERSON = Human()


async def ask_panel(
    flow: Flow,
    engine: Engine,
    request: Request,
    commit: str,
    visit: str,
    step: StepRow,
    context: WalkContext,
) -> Visited:
    """Ask every seat, each alone, and make one answer of theirs.

    Seats that are people's (``org: {people: 1}``) are the first, and asked before the others: a
    model that had answered already would be asked, and paid, again when the person has.
    """
    role = request.role
    seats = [_seat(request, number) for number in range(role.org.seats)]
    people = role.org.people
    named = [f"{visit}-{seat.seat}" for seat in seats]
    asked = await all_of(
        ask_engine(_PERSON, seat, commit, name, step, context)
        for seat, name in zip(seats[:people], named, strict=False)
    )
    asked += await all_of(
        ask_engine(engine, seat, commit, name, step, context)
        for seat, name in zip(seats[people:], named[people:], strict=True)
    )
    answers = [visited.answer for visited in asked]
    arrows = [arrow_of(flow, role.name, answer) for answer in answers]
    if not request.decisions:
        return Visited(merge(answers, arrows, None))
    safest = arrow_for(flow, role.name, Outcome.FAIL)
    return Visited(merge(answers, arrows, agree(arrows, rule=role.org.rule, safest=safest)))


def _seat(request: Request, number: int) -> Request:
    people = request.people
    own = people.at(number) if isinstance(people, Inquiry) else people
    return replace(request, seat=number, seed=request.seed + number, people=own)


async def all_of(asking: Iterable[Awaitable[Visited]]) -> list[Visited]:
    """Ask all and wait for all, so that every question is put; raise what most matters."""
    results = await asyncio.gather(*asking, return_exceptions=True)
    failed = [one for one in results if isinstance(one, BaseException)]
    if failed:
        raise min(failed, key=_matters)
    return [one for one in results if isinstance(one, Visited)]


def _matters(error: BaseException) -> int:
    """What is no failure of an engine, a stop among it, goes before: it must not be told as one."""
    if isinstance(error, NotAnswered):
        return 2
    return int(isinstance(error, EngineError))
