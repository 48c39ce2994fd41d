"""How fast a run uses what it may use, and how long that lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from orgloop.charter import Budget
from orgloop.ledger import CallRow, CountsRow

WINDOW_S = 300.0
"""Rates are over the last five minutes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Rates of now. Each is a minute's worth."""

    tokens: float = 0.0
    dollars: float = 0.0
    unpriced: bool = False
    """Some of the tokens have no known price: ``dollars`` is without them."""


def pace(calls: Sequence[CallRow], now: float) -> Pace:
    """Rates from the latest calls, newest first.

    Where the calls at hand do not reach back over the whole window, over as far as they reach.
    """
    recent = [call for call in calls if call.at > now - WINDOW_S]
    if not recent:
        return Pace()
    reached = WINDOW_S if len(recent) < len(calls) else now - min(call.at for call in recent)
    minutes = min(WINDOW_S, max(reached, 20.0)) / 60
    return Pace(
        sum(call.tokens for call in recent) / minutes,
        sum(call.cost_usd or 0.0 for call in recent) / minutes,
        any(call.cost_usd is None for call in recent),
    )


def budget_with(charter: Budget, options: Mapping[str, object]) -> Budget:
    """The charter's budget with what the command line said over it."""
    given = {
        name: options[name]
        for name in ("experiments", "hours", "tokens", "usd")
        if options.get(name) is not None
    }
    try:
        return Budget.model_validate({**charter.model_dump(), **given})
    except ValidationError:
        return charter


def share(counts: CountsRow, budget: Budget) -> float | None:
    """How much of the budget is used, 0 to 1: of the part that is furthest; None without one."""
    used = (
        (counts.finished, budget.experiments),
        (counts.active_s / 3600, budget.hours),
        (counts.tokens, budget.tokens),
        (counts.cost_usd, budget.usd),
    )
    shares = [amount / bound for amount, bound in used if bound]
    return min(1.0, max(shares)) if shares else None


def seconds_left(counts: CountsRow, budget: Budget) -> float | None:
    """Seconds until the budget is used up, at the run's mean pace so far; None where unknown."""
    used = share(counts, budget)
    if used is None or used <= 0 or counts.active_s <= 0:
        return 3600 * budget.hours if used is not None and budget.hours else None
    return counts.active_s * (1 - used) / used


def utilisation(counts: CountsRow, busy_s: float, slots: int) -> float | None:
    """Share of the slots' time in which they measured, 0 to 1; None before any has passed."""
    if counts.active_s <= 0 or slots <= 0:
        return None
    return min(1.0, busy_s / (counts.active_s * slots))
