"""What the next answer, or the next experiment, may cost: from what the run has seen so far.

Mean and spread of what is alike, or, before there is any, the size of the brief at list price and
a guess at the answer. It need not be right: what it says is held back and given up again when the
bill is there. It keeps experiments from being begun that could not be finished.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def next_experiment(finished: Sequence[ExperimentRow]) -> Spending | None:
    """What one experiment may cost, given the latest that finished; None before one has."""
    like = finished[:MEMORY]
    if not like:
        return None
    return Spending(
        likely_most([row.tokens for row in like], sds=1.0),
        likely_most([row.cost_usd for row in like], sds=1.0),
    )


def likely_most(values: Sequence[float], *, sds: float = 2.0) -> float:
    """Mean and ``sds`` standard deviations of ``values``; not empty."""
    if len(values) < FEW:
        return 1.5 * max(values)
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean + sds * math.sqrt(variance)
