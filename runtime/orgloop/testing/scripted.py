"""An engine that says what it was told to say: for tests, benchmarks and rehearsals.

::

    Scripted({"reviewer": [Line(decision="revise"), Line(decision="approve")]}, delay=1.0)

Answers are by role; a list is taken in turn, one line for each visit of a walk (the last one
stays), so walks in flight do not disturb each other and a walk that is resumed gets the same
answer again. ``python:orgloop.testing.scripted:engine`` is one that passes everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orgloop.engines.protocol import Answer, Json, Outcome, Request, Usage
from orgloop.errors import EngineError


@dataclass(frozen=True, slots=True)
class Line:
    """One answer."""

    note: str = ""
    """Left out: a sentence that names role and experiment."""
    decision: str | None = None
    outcome: Outcome | None = None
    """Left out together with ``decision``: pass."""
    title: str | None = None
    edits: Mapping[str, bytes | None] = field(default_factory=dict)
    data: Mapping[str, Json] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    delay: float | None = None
    """Seconds to take; left out: the engine's."""
    fails: str = ""
    """Raise EngineError with this message."""


Part = Line | Sequence[Line] | Callable[[Request], Line]


class Scripted:
    """Plays a part for each role; roles without one pass."""

    def __init__(
        self,
        parts: Mapping[str, Part] | None = None,
        *,
        delay: float = 0.0,
        label: str = "scripted",
        reads_brief: bool = False,
    ) -> None:
        self._parts = dict(parts or {})
        self._delay = delay
        self._label = label
        self._reads_brief = reads_brief
        self.asked: list[Request] = []
        """Every request, in the order in which they came."""

    @property
    def label(self) -> str:
        """As given; ``scripted`` where nothing was."""
        return self._label

    @property
    def reads_brief(self) -> bool:
        """As given; a brief is rendered only where a test looks at it."""
        return self._reads_brief

    async def think(self, request: Request) -> Answer:
        """Say the line for this role and visit; raises EngineError where the script says so."""
        self.asked.append(request)
        line = self._line(request)
        delay = self._delay if line.delay is None else line.delay
        if delay:
            await asyncio.sleep(delay)
        if line.fails:
            raise EngineError(line.fails)
        passes = line.decision is None and line.outcome is None
        return Answer(
            note=line.note or f"`{request.role.name}` on {request.experiment}, as scripted.",
            decision=line.decision,
            outcome=Outcome.PASS if passes else line.outcome,
            title=line.title,
            edits=line.edits,
            data=line.data,
            usage=line.usage,
        )

    def _line(self, request: Request) -> Line:
        part = self._parts.get(request.role.name, Line())
        if isinstance(part, Line):
            return part
        if callable(part):
            return part(request)
        visits = sum(step.role == request.role.name for step in request.history)
        return part[min(visits, len(part) - 1)] if part else Line()


def engine() -> Scripted:
    """For ``model: python:orgloop.testing.scripted:engine``: passes everywhere, at once."""
    return Scripted()
