"""Whether a change was proposed before, found out before it costs a bench run.

Two changes are the same if their fingerprints are (:mod:`orgloop.repo.fingerprint`). Such a change
is a *repeat* where it would answer no new question:

- the other experiment is going on now: its answer will do;
- it ended on the base of this walk, or on the incumbent that this walk would be measured on;
- it crashed, or measured worse by more than twice its standard error, on whatever base.

What else was tried on another incumbent may do better on this one, or was hidden by noise: it is
a *retest*, which is allowed and said so in the note. What ended since a role could not answer was
never tried. Only whoever changes the code last before the bench is held to this: what it builds
upon is not finished.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.charter import BENCH, STATIONS, Flow
from orgloop.engines.protocol import Outcome
from orgloop.graph.context import WalkContext
from orgloop.graph.decide import arrow_for
from orgloop.graph.failure import is_failure
from orgloop.graph.ruling import incumbent_now
from orgloop.graph.state import WalkState
from orgloop.ledger import ExperimentRow
from orgloop.org import Org
from orgloop.role import Role

CLEARLY = 2.0
"""Standard errors by which a change must have measured worse to be worse on any base."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is on record of the same change."""

    repeat: ExperimentRow | None = None
    retest: ExperimentRow | None = None


def is_last_hand(org: Org, role: Role) -> bool:
    """Whether nobody else may edit between ``role`` and the bench, where all decide to go on."""
    flow, node, seen = org.charter.flow, role.name, {role.name}
    while True:
        node = flow.target(node, _onwards(flow, node))
        if node == BENCH:
            return True
        if node in STATIONS or node in seen or org.roles[node].may_edit:
            return False
        seen.add(node)


async def claim(state: WalkState, fingerprint: str, context: WalkContext) -> Earlier:
    """Look the change up, and enter it as this walk's unless it is a repeat.

    In one turn of the ledger's thread: of two walks that come with the same change at the same
    moment, the second finds the first.
    """

    def work() -> Earlier:
        run, experiment = context.run, state["experiment"]
        with context.ledger.transaction():
            others = context.ledger.lookalikes.with_fingerprint(run, fingerprint, experiment)
            grounds = {state["base"], incumbent_now(context).commit}
            repeat = next((row for row in others if is_repeat(row, grounds)), None)
            if repeat is not None:
                return Earlier(repeat=repeat)
            context.ledger.experiments.update(run, experiment, fingerprint=fingerprint)
        retests = [row for row in others if not is_failure(row.reason)]
        return Earlier(retest=retests[0] if retests else None)

    return await context.offload.ledger(work)


def is_repeat(row: ExperimentRow, grounds: set[str]) -> bool:
    """Whether to measure the change of ``row`` once more, on one of ``grounds``, tells nothing."""
    if row.status == "running":
        return True
    if is_failure(row.reason):
        return False
    return row.base in grounds or row.status == "crash" or _clearly_worse(row)


def _clearly_worse(row: ExperimentRow) -> bool:
    error = row.verdict.get("gain_stderr")
    if row.gain is None or not isinstance(error, (int, float)):
        return False
    return row.gain + CLEARLY * error < 0


def _onwards(flow: Flow, node: str) -> str | None:
    return arrow_for(flow, node, Outcome.PASS) if flow.labels(node) else None
