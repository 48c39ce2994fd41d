"""The embedded lead (``lot``): draws one of its decisions, where any will do."""

from __future__ import annotations

import random

from orgloop.engines.protocol import Answer, Outcome, Request


class Lot:
    """Every decision is as likely as any other; nobody has weighed them."""

    label = "embedded: lot"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """A decision by lot, or the one arrow; never raises."""
        if not request.decisions:
            return Answer(note="There is one way from here, and it was taken.")
        drawn = random.Random(request.seed).choice(request.decisions)
        target = request.leads_to.get(drawn, drawn)
        return Answer(
            note=(
                f"It goes to `{target}`, by lot: one of {len(request.decisions)} ways, each as "
                "likely as any other.\n\nNo embedded engine can tell which hand an idea needs; "
                "drawing gives each its share of the bench, and the record then shows what came "
                "of them."
            ),
            decision=drawn,
            outcome=Outcome.PASS,
        )
