"""How many experiments a budget of tokens or dollars has room for, beside those in flight."""

from __future__ import annotations

import math
from collections.abc import Mapping

from orgloop.errors import EngineError
from orgloop.graph.context import WalkContext
from orgloop.graph.forecast import MEMORY, next_experiment
from orgloop.ledger.numbers import dollars
from orgloop.org import Org
from orgloop.role import Role


def thinking(org: Org, context: WalkContext) -> dict[str, int]:
    """The seats of each role of the chart that asks a model."""
    roles = org.employed()
    return {
        name: roles[name].org.seats
        for name in org.charter.flow.roles()
        if name in roles and _asks_a_model(roles[name], org, context)
    }


def _asks_a_model(role: Role, org: Org, context: WalkContext) -> bool:
    try:
        return context.engine_for(role, org.charter.model).reads_brief
    except EngineError:
        return False  # it ends its walk with that, and costs nothing


def affordable(wanted: int, roles: Mapping[str, int], context: WalkContext) -> tuple[int, str]:
    """How many of ``wanted`` experiments may begin now, and why none where none may.

    What is left must cover what those in flight are likely to need still, and one more. Before
    anything was paid for nobody knows what one costs, and a single one is let in. ``roles`` are
    those that ask a model, see :func:`thinking`. Reads the ledger, so it is called on the ledger's
    thread.
    """
    if not context.till.bounded:
        return wanted, ""
    left = context.budget.left()
    if reason := context.till.short or left.spent_by_models:
        return 0, reason
    experiments = context.ledger.experiments
    running = experiments.running(context.run)
    calls = context.ledger.calls.recent(context.run)
    likely = next_experiment(experiments.recent(context.run, MEMORY), calls, roles)
    if likely is None:
        return (0 if running else min(wanted, 1)), ""
    bounds: list[tuple[float | None, float, list[float]]] = [
        (left.tokens, likely.tokens, [float(row.tokens) for row in running]),
        (left.usd, likely.usd or 0.0, [row.cost_usd for row in running]),
    ]
    count = wanted
    for free, each, so_far in bounds:
        if free is None or each <= 0:
            continue
        one_answer = each / max(1, sum(roles.values()))
        promised = sum(max(one_answer, each - used) for used in so_far)
        count = min(count, max(0, math.floor((free - promised) / each)))
    if count or running:
        return count, ""
    if left.tokens is not None and left.tokens < likely.tokens:
        return 0, (
            f"The budget of tokens is used up: {left.tokens:,} are left, and an experiment may "
            f"take {math.ceil(likely.tokens):,}."
        )
    return 0, (
        f"The budget of dollars is used up: {dollars(left.usd or 0.0)} is left, and an experiment "
        f"may cost {dollars(likely.usd or 0.0)}."
    )
