"""An answer and what it costs: held in the budget before, priced and put on record after.

The one place that knows both. A call is on record before its answer is made use of, so that what
was paid counts whatever becomes of it, and a seat of a panel counts when it has answered.
"""

from __future__ import annotations

import time
from dataclasses import replace

from orgloop.engines.human import Human
from orgloop.engines.protocol import Answer, Engine, Request
from orgloop.errors import EngineError
from orgloop.graph.context import WalkContext
from orgloop.graph.forecast import next_call
from orgloop.ledger import CallRow, StepRow
from orgloop.prices import Tokens
from orgloop.usage import Usage

MARKS = (0.5, 0.8, 0.95)
"""Shares of a budget of tokens or dollars at which a person is told."""


async def paid_answer(
    engine: Engine, request: Request, step: StepRow, context: WalkContext
) -> Answer:
    """What ``engine`` answers, within what the budget has left for it.

    Waits for money that other calls may give back. Raises
    :class:`~orgloop.graph.till.OutOfBudget` where too little is left, and what the engine raises.
    """
    # What reads no brief asks no model, and people are not paid from here.
    if not context.till.bounded or not engine.reads_brief or isinstance(engine, Human):
        return await _ask(engine, request, step, context)
    calls = await context.offload.ledger(lambda: context.ledger.calls.recent(context.run))
    need = next_call(request.role.name, engine.label, request.brief, calls, context.prices)
    seats = request.role.org.seats - request.seat
    async with context.till.hold(need, request.role.name, seats=seats) as allowance:
        return await _ask(engine, replace(request, allowance=allowance), step, context)


async def _ask(engine: Engine, request: Request, step: StepRow, context: WalkContext) -> Answer:
    began = time.time()
    try:
        answer = await engine.think(request)
    except EngineError as error:
        await _record(engine, error.usage, request, step, began, context, error=error.message)
        raise
    await _record(engine, answer.usage, request, step, began, context)
    return answer


async def _record(
    engine: Engine,
    usage: Usage,
    request: Request,
    step: StepRow,
    began: float,
    context: WalkContext,
    *,
    error: str = "",
) -> None:
    if not usage:
        return
    model = usage.model or engine.label
    call = CallRow(
        run=step.run,
        experiment=step.experiment,
        node=step.node,
        visit=step.visit,
        seat=request.seat,
        at=began,
        wall_s=max(0.0, time.time() - began),
        engine=engine.label,
        model=model,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
        reported=usage.cost_usd is not None,
        error=error,
    )
    if call.cost_usd is None:
        call = replace(call, cost_usd=context.prices.cost(model, tokens_of(call)))
    await context.offload.ledger(lambda: _enter(call, context))


def tokens_of(call: CallRow) -> Tokens:
    """A call's tokens, as prices are asked for them."""
    return Tokens(
        call.input_tokens, call.cached_tokens, call.cache_write_tokens, call.output_tokens
    )


def _enter(call: CallRow, context: WalkContext) -> None:
    """Record ``call``, and say so where a budget has passed one of :data:`MARKS` by it."""
    ledger, limits = context.ledger, context.budget.limits
    with ledger.transaction():
        before = ledger.runs.counts(call.run)
        ledger.calls.record(call)
        after = ledger.runs.counts(call.run)
        for limit, was, now, text in (
            (limits.tokens, before.tokens, after.tokens, f"{limits.tokens or 0:,} tokens"),
            (limits.usd, before.cost_usd, after.cost_usd, f"${limits.usd or 0:,.2f}"),
        ):
            passed = [mark for mark in MARKS if limit and was < mark * limit <= now]
            if passed:
                ledger.problems.notice(
                    f"{passed[-1]:.0%} of the budget of {text} is used.", run=call.run
                )
