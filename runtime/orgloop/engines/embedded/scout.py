"""The embedded PI: where to look next, from what was tried.

It weighs every small move by the improvement that the evidence lets it expect, so a tunable whose
effect is not known competes with one that is known to help (a bandit over tunables and
directions); carries a keep further the same way, joins near misses, and reaches further the longer
nothing was kept. It names the subspace and says why; the values are the experimenter's.
"""

from __future__ import annotations

import asyncio
import random

from orgloop.engines.embedded.moves import (
    Move,
    best_move,
    last_keep,
    near_misses,
    reach_of,
)
from orgloop.engines.embedded.plan import Plan
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.embedded.telling import hope, names, so_far
from orgloop.engines.protocol import Answer, Outcome, Request
from orgloop.engines.tunables import discover
from orgloop.errors import EngineError

_REASONS = {
    "probe": "Probe {names} near the incumbent",
    "continue": "Go on with {names}, the way of the last keep",
    "combine": "Combine what nearly helped: {names}",
    "switch": "Try the other setting of {names}",
    "leap": "Leap away from a plateau with {names}",
}
_PLATEAU = 6


class Scout:
    """Chooses one to three tunables, a direction and a reach."""

    label = "embedded: scout"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """A plan, as prose and as data; raises EngineError where there is nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        view = survey(discover(request.base, request.task), request.task, request.evidence)
        rng = random.Random(request.seed)
        plan, move = choose(view, request, rng)
        where = names(view, plan.tunables)
        headline = _REASONS[plan.move].format(names=where)
        lines = [f"{headline}.", ""]
        for key in plan.tunables:
            axis = view.axis(key)
            assert axis is not None
            way = {1: "upwards", -1: "downwards"}.get(plan.direction.get(key, 0), "either way")
            lines.append(f"- {so_far(view, axis)} To go: {way if axis.ordered else 'switch'}.")
        lines += ["", hope(view, move.expected, move.sd, request.task.metric)]
        if context := _context(view, request, plan):
            lines.append(context)
        return Answer(
            note="\n".join(lines),
            outcome=Outcome.PASS,
            title=headline.replace("`", ""),
            data={"plan": plan.data()},
        )


def choose(view: Survey, request: Request, rng: random.Random) -> tuple[Plan, Move]:
    """The plan and the move that it was made from; raises EngineError where nothing is left."""
    reach = reach_of(request.role.org.boldness, request.evidence.streak)
    move = best_move(view, reach, rng)
    if move is None:
        raise EngineError(
            "Every admissible value of every tunable has been tried around the incumbent.",
            hint="Widen the ranges under `tunables:` in task.md, or let a model write code: "
            "`orgloop run --model ...`.",
        )
    ways: dict[str, int] = {}
    far = 0.0
    for key, value in move.changes.items():
        axis = view.axis(key)
        place = axis.place(value) if axis is not None else None
        if axis is None or place is None or not axis.ordered:
            continue
        ways[key] = 1 if place > axis.here else -1
        far = max(far, abs(place - axis.here))
    plan = Plan(
        tunables=tuple(move.changes),
        move=_kind(view, move, request.evidence.streak),
        reach=min(max(far, 0.5 * reach), 1.5 * reach),
        direction=ways,
    )
    return plan, move


def _kind(view: Survey, move: Move, streak: int) -> str:
    changed = set(move.changes)
    if move.wide or streak >= _PLATEAU:
        return "leap"
    ahead = last_keep(view)
    if ahead and changed & ahead.keys() and _same_way(view, move, ahead):
        return "continue"
    helped = {key for one in near_misses(view) for key in one.changes}
    if len(changed) > 1 and changed <= helped:
        return "combine"
    axes = [view.axis(key) for key in changed]
    if all(axis is not None and not axis.ordered for axis in axes):
        return "switch"
    return "probe"


def _same_way(view: Survey, move: Move, ahead: dict[str, bool | int | float | str]) -> bool:
    shared = move.changes.keys() & ahead.keys()
    one, other = view.point(move.changes), view.point(ahead)
    home = view.point({})
    return all(
        (one[at] - home[at]) * (other[at] - home[at]) > 0
        for at, axis in enumerate(view.axes)
        if axis.key in shared
    )


def _context(view: Survey, request: Request, plan: Plan) -> str:
    """What else bears on the plan: crashes on these tunables, a plateau, what is in flight."""
    said: list[str] = []
    crashed = [
        one.trial.experiment
        for one in view.tried
        if one.gain is None and set(plan.tunables) & one.changes.keys()
    ]
    if crashed:
        said.append(f"Crashes with one of these: {', '.join(crashed[-3:])}; kept away from.")
    if request.evidence.streak >= _PLATEAU:
        said.append(
            f"{request.evidence.streak} experiments since the last keep, so the reach has grown "
            f"to {plan.reach:.2g} steps."
        )
    if view.running:
        said.append(
            f"In flight and not to be repeated: "
            f"{', '.join(trial.experiment for trial in view.running[-6:])}."
        )
    return " ".join(said)
