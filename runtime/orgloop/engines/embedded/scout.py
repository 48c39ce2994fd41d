"""The embedded PI: which question to ask next, from what was tried.

It weighs every small step of every tunable by the improvement that custom and the evidence let it
expect (a bandit over tunables and directions), goes on the way of a keep, joins what nearly helped,
and reaches further when nothing was kept for long. It names the tunable, the way and a value, and
says why; the experimenter may choose another value.
"""

from __future__ import annotations

import asyncio
import random

from orgloop.engines.embedded.axes import same
from orgloop.engines.embedded.moves import PLATEAU, Move, best_move, reach_of
from orgloop.engines.embedded.plan import Plan
from orgloop.engines.embedded.reasons import question, reason
from orgloop.engines.embedded.record import near_misses
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.embedded.telling import hope, so_far
from orgloop.engines.protocol import Answer, Outcome, Request
from orgloop.engines.tunables import discover
from orgloop.errors import EngineError


class Scout:
    """Chooses a tunable, a direction and a reach; several where they are to be joined."""

    label = "embedded: scout"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """A plan, as prose and as data; raises EngineError where there is nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        view = survey(discover(request.base, request.task), request.task, request.evidence)
        plan, move = choose(view, request, random.Random(request.seed))
        headline = question(view, plan)
        lines = [f"{headline}.", "", f"Why now: {reason(view, plan, request)}", ""]
        lines += [f"- {so_far(view, axis)}" for key in plan.tunables if (axis := view.axis(key))]
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
    streak = request.evidence.streak
    reach = reach_of(request.role.org.boldness, streak)
    luck = random.Random(f"{request.evidence.baseline_value}/{request.evidence.finished}")
    skip = _undecided(request)
    move = best_move(view, reach, rng, luck=luck, streak=streak, skip=skip)
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
    return Plan(tuple(move.changes), _kind(view, move), far or reach, ways, move.changes), move


def _undecided(request: Request) -> int:
    """Walks that began before this one and have proposed nothing yet."""
    return sum(
        trial.status == "running" and not trial.params and trial.experiment < request.experiment
        for trial in request.evidence.trials
    )


def _kind(view: Survey, move: Move) -> str:
    if move.wide:
        return "leap"
    if len(move.changes) > 1:
        helped = {(key, value) for one in near_misses(view) for key, value in one.own.items()}
        return "combine" if helped >= set(move.changes.items()) else "leap"
    ((key, value),) = move.changes.items()
    axis, kept, about = view.axis(key), view.kept.get(key), view.about(key)
    assert axis is not None
    if any(same(one.own[key], value) and one.own.keys() == {key} for one in about):
        return "retry"
    if not axis.ordered:
        return "switch"
    up = (axis.place(value) or 0.0) > axis.here
    if kept is not None and up == (axis.here > (axis.place(kept.was[key]) or 0.0)):
        return "continue"
    sides = {(axis.place(one.own[key]) or 0.0) > (axis.place(one.was[key]) or 0.0) for one in about}
    if not sides:
        return "probe"
    return "adjust" if up in sides else "reverse"


def _context(view: Survey, request: Request, plan: Plan) -> str:
    """What else bears on the plan: crashes on these tunables, a plateau, what is in flight."""
    said: list[str] = []
    crashed = [
        one.trial.experiment
        for one in view.tried
        if one.gain is None and set(plan.tunables) & one.own.keys()
    ]
    if crashed:
        said.append(f"Crashes with one of these: {', '.join(crashed[-3:])}; kept away from.")
    if request.evidence.streak >= PLATEAU:
        said.append(
            f"{request.evidence.streak} experiments since the last keep, so moves may be joint "
            "and larger."
        )
    if view.running:
        flying = ", ".join(one.trial.experiment for one in view.running[-6:])
        said.append(f"In flight and not to be repeated: {flying}.")
    return " ".join(said)
