"""One call of a role that stands outside the flow: it reads the record and leaves a note."""

from __future__ import annotations

import time
from dataclasses import replace

from orgloop.errors import EngineError
from orgloop.graph.context import WalkContext
from orgloop.graph.request import build_cadence_request
from orgloop.org import Org
from orgloop.role import Role

CADENCE = "cadence"
"""Where the ledger keeps these calls: steps that belong to no experiment."""


async def call_on_cadence(org: Org, role: Role, turn: int, context: WalkContext) -> None:
    """Call ``role`` for its ``turn``, once: a turn on record is not taken again.

    Its note is what it is for; edits of the training code are not its to make and are left out.
    A failure is recorded and costs nothing else.
    """
    ledger, run = context.ledger, context.run
    begun = await context.offload.ledger(lambda: ledger.steps.begin(run, CADENCE, role.name, turn))
    if begun.finished is not None:
        return
    engine = context.engine_for(role, org.charter.model)
    row = replace(begun, engine=engine.label)
    try:
        answer = await engine.think(await build_cadence_request(org, role, engine, turn, context))
        done = replace(
            row,
            note=answer.note,
            data=answer.data,
            input_tokens=answer.usage.input_tokens,
            cached_tokens=answer.usage.cached_tokens,
            output_tokens=answer.usage.output_tokens,
            cost_usd=answer.usage.cost_usd,
        )
    except EngineError as error:
        done = replace(row, error=f"`{role.name}` failed: {error}")
    finished = replace(done, finished=time.time())
    await context.offload.ledger(lambda: ledger.steps.finish(finished))
