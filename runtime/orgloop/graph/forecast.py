"""What the next answer, or the next experiment, may cost: from what the run has seen so far.

Mean and spread of what is alike, or, before there is any, the size of the brief at list price and
a guess at the answer. It need not be right: what it says is held back and given up again when the
bill is there. It keeps experiments from being begun that could not be finished.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgloop.ledger import CallRow, ExperimentRow
from orgloop.prices import Prices, Tokens

MEMORY = 32
"""Latest ones that are looked at: prices and habits change."""
FEW = 3
"""Below so many the spread is not known, and the largest is taken with half as much again."""
CHARACTERS = 3.0
"""Characters of a brief for each token of it: fewer than is usual, so rather too many tokens."""
OVERHEAD, OUTPUT = 1_000, 3_000
"""Tokens around a brief, and of an answer, before any was seen."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Tokens, and dollars where they are known."""

    tokens: float = 0.0
    usd: float | None = 0.0


def next_call(
    role: str, label: str, brief: str, calls: Sequence[CallRow], prices: Prices
) -> Spending:
    """What one answer of ``role`` by the engine ``label`` may cost; ``calls`` are newest first."""
    like = [call for call in calls if call.node == role and call.engine == label][:MEMORY]
    if like:
        known = [call.cost_usd for call in like if call.cost_usd is not None]
        return Spending(
            likely_most([call.tokens for call in like]), likely_most(known) if known else None
        )
    tokens = Tokens(input=round(len(brief) / CHARACTERS) + OVERHEAD, output=OUTPUT)
    return Spending(tokens.input + tokens.output, prices.cost(label, tokens))


def next_experiment(
    finished: Sequence[ExperimentRow], calls: Sequence[CallRow], roles: Mapping[str, int]
) -> Spending | None:
    """What one experiment may cost; None before any answer was paid for.

    ``roles`` are the seats of each role that asks a model on the way. Experiments that ended early
    were cheap and say little of one that goes all the way, so it is at least an answer of each, and
    two before the first few have been measured, since a chart may lead back. A role that has not
    answered yet is taken for the dearest of the others.
    """
    if not calls and not any(row.tokens or row.cost_usd for row in finished):
        return None
    like = finished[:MEMORY]
    tokens = [likely_most([row.tokens for row in like])] if like else []
    usd = [likely_most([row.cost_usd for row in like])] if like else []
    by_role: dict[str, list[CallRow]] = {}
    for call in calls:
        if call.node in roles:
            by_role.setdefault(call.node, []).append(call)
    if by_role:
        rounds = 1 if sum(row.value is not None for row in like) >= FEW else 2
        mean_tokens = {role: _mean([one.tokens for one in paid]) for role, paid in by_role.items()}
        mean_usd = {
            role: _mean([one.cost_usd or 0.0 for one in paid]) for role, paid in by_role.items()
        }
        tokens.append(rounds * _all_the_way(mean_tokens, roles))
        usd.append(rounds * _all_the_way(mean_usd, roles))
    return Spending(max(tokens, default=0.0), max(usd, default=0.0))


def _all_the_way(means: Mapping[str, float], roles: Mapping[str, int]) -> float:
    """One answer from each seat of each role."""
    dearest = max(means.values())
    return sum(means.get(role, dearest) * seats for role, seats in roles.items())


def _mean(values: Sequence[float]) -> float:
    latest = values[:MEMORY]
    return sum(latest) / len(latest)


def likely_most(values: Sequence[float]) -> float:
    """Mean and two standard deviations of ``values``; not empty."""
    if len(values) < FEW:
        return 1.5 * max(values)
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean + 2.0 * math.sqrt(variance)
