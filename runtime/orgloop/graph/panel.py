"""Several seats for one role: each thinks alone, a rule makes their decisions one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from orgloop.engines.protocol import Answer
from orgloop.errors import EngineError
from orgloop.graph.desk_visit import Visited
from orgloop.usage import Usage


def agree(arrows: Sequence[str | None], *, rule: str, safest: str) -> str:
    """The panel's decision.

    ``majority`` takes the most frequent arrow, and ``safest`` on a tie; ``unanimous`` takes the
    arrow only if all agree, else ``safest``; ``any`` takes the first arrow that differs from
    ``safest``, so that one advocate suffices. ``safest`` is the arrow of a failed answer.
    """
    votes = Counter(arrow for arrow in arrows if arrow is not None)
    if rule == "any":
        return next((arrow for arrow in arrows if arrow not in (None, safest)), None) or safest
    if rule == "unanimous":
        return next(iter(votes)) if len(votes) == 1 else safest
    (first, count), *others = votes.most_common()
    return safest if any(other == count for _, other in others) else first


def answers_of(asked: Sequence[Visited | BaseException]) -> list[Answer]:
    """Every seat's answer.

    Raises the first failure once every seat has ended, with what all of them had paid on it.
    """
    failures = [found for found in asked if isinstance(found, BaseException)]
    answers = [found.answer for found in asked if not isinstance(found, BaseException)]
    if not failures:
        return answers
    # What is no failure of an engine, a stop among it, goes before: it must not be told as one.
    first = min(failures, key=lambda failure: isinstance(failure, EngineError))
    if isinstance(first, EngineError):
        paid = [failure.usage for failure in failures if isinstance(failure, EngineError)]
        first.usage = sum([*paid, *(answer.usage for answer in answers)], Usage())
    raise first


def merge(answers: Sequence[Answer], arrows: Sequence[str | None], decision: str | None) -> Answer:
    """One answer that carries every seat's note and the sum of what they cost."""
    notes = [
        f"**Seat {seat}** ({arrow or 'no decision'}): {answer.note}"
        for seat, (answer, arrow) in enumerate(zip(answers, arrows, strict=True), 1)
    ]
    headline = f"{len(answers)} seats: {decision}." if decision else f"{len(answers)} seats."
    usage = sum((answer.usage for answer in answers), Usage())
    return replace(
        answers[0],
        note="\n\n".join([headline, *notes]),
        decision=decision,
        outcome=None,
        usage=usage,
    )
