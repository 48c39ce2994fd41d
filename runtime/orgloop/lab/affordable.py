"""How many experiments a budget of tokens or dollars has room for, beside those in flight."""

from __future__ import annotations

import math

from orgloop.graph.context import WalkContext
from orgloop.graph.forecast import MEMORY, next_experiment
from orgloop.ledger.numbers import dollars


def affordable(wanted: int, context: WalkContext) -> tuple[int, str]:
    """How many of ``wanted`` experiments may begin now, and why none where none may.

    What is left must cover what those in flight are likely to need still, and one more. Before an
    experiment has finished nobody knows what one costs, and a single one is let in at a time. Reads
    the ledger, so it is called on the ledger's thread.
    """
    if not context.till.bounded:
        return wanted, ""
    left = context.budget.left()
    if reason := context.till.short or left.spent_by_models:
        return 0, reason
    experiments = context.ledger.experiments
    running = experiments.running(context.run)
    likely = next_experiment(experiments.recent(context.run, MEMORY))
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
        promised = sum(max(0.0, each - used) for used in so_far)
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
