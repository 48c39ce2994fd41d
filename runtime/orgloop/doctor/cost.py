"""What a run may take at most: experiments, time on the bench, tokens and dollars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orgloop.charter import Budget
from orgloop.doctor.finding import Finding
from orgloop.engines.resolve import resolve
from orgloop.errors import EngineError
from orgloop.ledger import CountsRow
from orgloop.ledger.numbers import dollars, duration
from orgloop.org import Lab
from orgloop.prices import Prices, Tokens

AREA = "cost"
BRIEF, OUTPUT = 6_000, 1_500
"""Tokens of a brief and of an answer, where a lab has no record yet: a brief is capped, an agent
that reads files and runs commands takes many times as many."""


def cost_findings(
    lab: Lab,
    budget: Budget,
    prices: Prices,
    *,
    model: str | None,
    seconds: float | None,
    past: CountsRow | None,
) -> Iterator[Finding]:
    """``seconds`` is what one run of the baseline took, ``past`` the totals of the latest run.

    None where that is not known.
    """
    yield _bound(budget)
    if seconds is not None:
        yield _bench(lab, budget, seconds)
    minds = _minds(lab, model)
    if not minds:
        said = "No tokens: every role is thought for here."
        yield Finding(area=AREA, what="models", state="ok", said=said)
        return
    each = _from_record(past) if past is not None else None
    yield _models(each or _from_list(minds, prices), budget)


def _bound(budget: Budget) -> Finding:
    parts = []
    if budget.experiments is not None:
        parts.append(f"{budget.experiments:,} experiments")
    if budget.hours is not None:
        parts.append(duration(3600 * budget.hours))
    if budget.tokens is not None:
        parts.append(f"{budget.tokens:,} tokens")
    if budget.usd is not None:
        parts.append(dollars(budget.usd))
    if parts:
        said = f"At most {', '.join(parts)}; whichever is used up first ends the run."
        return Finding(area=AREA, what="budget", state="ok", said=said)
    return Finding(
        area=AREA,
        what="budget",
        state="warning",
        said="No limit: the run goes on until it is stopped.",
        fix="`budget:` in org/charter.md, or `--experiments`, `--hours`, `--tokens`, `--usd`.",
    )


def _bench(lab: Lab, budget: Budget, seconds: float) -> Finding:
    slots = lab.task.slots
    each = f"{duration(seconds)} a run, {slots} at one time"
    if budget.experiments is None:
        said = f"{each}: {3600 / seconds * slots:,.0f} runs an hour at most."
        return Finding(area=AREA, what="bench", state="ok", said=said)
    least = budget.experiments * seconds / slots
    said = (
        f"{each}: {duration(least)} for {budget.experiments:,} experiments, and more where the "
        "referee measures again."
    )
    return Finding(area=AREA, what="bench", state="ok", said=said)


def _minds(lab: Lab, model: str | None) -> dict[str, int]:
    """Answers for each experiment, by model, of those that are not embedded."""
    asked: dict[str, int] = {}
    roles = lab.org.employed()
    for name in lab.org.charter.flow.roles():
        role = roles.get(name)
        if role is None:
            continue
        try:
            found = resolve(role, lab.org.charter.model or "", override=model)
        except EngineError:
            continue
        if found.engine_key not in ("embedded", "human"):
            asked[found.model] = asked.get(found.model, 0) + role.org.seats
    return asked


@dataclass(frozen=True, slots=True)
class _Each:
    """What one experiment takes."""

    said: str
    cost_usd: float | None
    """None where nobody knows."""


def _from_record(past: CountsRow) -> _Each | None:
    """What an experiment of the latest run took; None where it asked no model."""
    if not past.tokens or not past.finished:
        return None
    said = f"An experiment of the latest run took {past.tokens // past.finished:,} tokens"
    return _Each(said, None if past.unpriced_tokens else past.cost_usd / past.finished)


def _from_list(minds: Mapping[str, int], prices: Prices) -> _Each:
    answers = sum(minds.values())
    known = [
        prices.cost(model.partition(",")[0].strip(), Tokens(count * BRIEF, 0, 0, count * OUTPUT))
        for model, count in minds.items()
    ]
    costs = [cost for cost in known if cost is not None]
    noun = "answer" if answers == 1 else "answers"
    said = (
        f"An experiment that goes straight through takes {answers} {noun}, some "
        f"{answers * (BRIEF + OUTPUT):,} tokens"
    )
    return _Each(said, sum(costs) if len(costs) == len(known) else None)


def _models(each: _Each, budget: Budget) -> Finding:
    said = each.said
    if each.cost_usd is None:
        said += ", at a price that is not known"
    else:
        said += f", about {dollars(each.cost_usd)}"
        if budget.experiments is not None:
            total = dollars(budget.experiments * each.cost_usd)
            said += f"; {budget.experiments:,} of them about {total}"
    if budget.usd is not None or budget.tokens is not None:
        return Finding(area=AREA, what="models", state="ok", said=f"{said}. The budget bounds it.")
    return Finding(
        area=AREA,
        what="models",
        state="warning",
        said=f"{said}. Nothing bounds it.",
        fix="`--usd` or `--tokens`, or `budget:` in org/charter.md.",
    )
