"""The embedded meeting (``agenda``): what to go on with, what to leave, what to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from orgloop.engines.embedded.moves import PLATEAU
from orgloop.engines.embedded.outline import Outline, outline
from orgloop.engines.embedded.telling import names
from orgloop.engines.protocol import Answer, Outcome, Request

MOST = 3
"""Points under one head: a meeting that decides everything decides nothing."""


class Agenda:
    """Settles by rule what the next experiments should be about."""

    label = "embedded: agenda"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """The resolutions as a note; raises EngineError where the program has nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        lines = list(_resolutions(outline(request), request.evidence.streak))
        first = lines[0] if lines else "Go on as before: the record gives no reason to change."
        rest = "".join(f"\n- {line}" for line in lines[1:])
        return Answer(note=f"{first}\n{rest}" if rest else first, outcome=Outcome.PASS)


def _resolutions(found: Outline, streak: int) -> Iterator[str]:
    view = found.view
    going = list(dict.fromkeys(key for one in found.kept for key in one.own))[:MOST]
    if streak >= PLATEAU:
        yield (
            f"Nothing was kept in the last {streak} experiments: take larger steps, or another "
            "mechanism."
        )
    elif going:
        yield f"Go on with {names(view, going)}: the latest keeps came from there."
    if len(found.near) > 1:
        joined = ", ".join(one.trial.experiment for one in found.near[:MOST])
        yield f"Join near misses: {joined} each measured better by too little."
    if found.spent:
        yield (
            f"Leave {names(view, [axis.key for axis in found.spent[:MOST]])} alone: tried often, "
            "and no gain."
        )
    if found.open:
        yield f"Look at {names(view, [axis.key for axis in found.open[:MOST]])}: never tried."
