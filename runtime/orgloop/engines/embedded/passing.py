"""The stand-in for a role that has no embedded engine: it passes, and says so."""

from __future__ import annotations

from orgloop.engines.protocol import Answer, Outcome, Request


class Passing:
    """Takes the arrow towards ``keep`` without having looked at anything."""

    label = "embedded: pass"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """Pass; never raises."""
        name = request.role.name
        return Answer(
            note=(
                f"Nobody thought here: `{name}` has no embedded engine, so the walk went on.\n\n"
                "A model (`orgloop run --model ...`, or `model:` in its role file) or a stand-in "
                "(`org: {embedded: ...}`) would fill the place."
            ),
            decision=request.decisions[0] if request.decisions else None,
            outcome=Outcome.PASS,
        )
