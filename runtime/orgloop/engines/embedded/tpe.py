"""The embedded experimenter: values for the planned tunables, and the edit that sets them.

Within the PI's plan, else within a subspace of its own choosing, candidates are a few set steps
and, once there is evidence, the proposal of Optuna's TPE for that box. The one with the most
expected improvement that nobody has measured is written into the code.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

from orgloop.engines.embedded.again import (
    AGAIN,
    own_change_is_gone,
    own_proposals,
    put_again,
)
from orgloop.engines.embedded.asking import ask
from orgloop.engines.embedded.axes import Axis, same
from orgloop.engines.embedded.joining import Changes
from orgloop.engines.embedded.moves import Move, pick, reach_of, values_near
from orgloop.engines.embedded.plan import MOST_TUNABLES, Plan, named_in, plan_in
from orgloop.engines.embedded.scout import choose
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.embedded.telling import hope, so_far, title
from orgloop.engines.protocol import Answer, Outcome, PastStep, Request
from orgloop.engines.tunables import discover, splice

_AMOUNTS = (1.0, 0.6, 1.4)
_MOST_COMBINATIONS = 64


class Tpe:
    """Proposes one small change of the constants and writes it."""

    label = "embedded: tpe"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """An edit with its hypothesis; raises EngineError where there is nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        task = request.task
        overtaken = own_change_is_gone(request)
        mine = () if overtaken else own_proposals(request)
        view = survey(discover(request.base, task), task, request.evidence, avoid=mine)
        rng = random.Random(request.seed)
        plan, origin = self._plan(view, request, rng, redo=bool(mine))
        again = put_again(view, request, rng) if overtaken else None
        move, by = (again, AGAIN) if again else propose(view, plan, request, rng)
        if move is None:
            plan, move = choose(view, request, rng)
            by, origin = "its own subspace, the planned one being used up", ""
        target = {**view.home, **move.changes}
        now = discover(request.files, task)
        present = now.values
        edits = splice(
            request.files,
            now,
            {
                key: value
                for key, value in target.items()
                if key in present and not same(present[key], value)
            },
        )
        headline = title(view, move.changes)
        return Answer(
            note="\n".join(_note(view, plan, move, request, headline, by, origin)),
            outcome=Outcome.PASS,
            title=headline,
            edits=dict(edits),
            data={
                "params": dict(target),
                "replaced": {key: view.home[key] for key in move.changes},
                "changed": list(move.changes),
            },
        )

    def _plan(
        self, view: Survey, request: Request, rng: random.Random, *, redo: bool
    ) -> tuple[Plan, str]:
        """The plan to follow and, where somebody gave it, who."""
        known = {axis.key for axis in view.axes}
        given = plan_in(request.history)
        if given is not None and (keys := tuple(key for key in given.tunables if key in known)):
            reach = 0.6 * given.reach if redo else given.reach
            keys = keys[:MOST_TUNABLES]
            return replace(given, tunables=keys, reach=reach), "the plan"
        others = [step for step in request.history if step.role != request.role.name]
        if named := named_in(others, {axis.name: axis.key for axis in view.axes}):
            reach = reach_of(request.role.org.boldness, request.evidence.streak)
            return Plan(named, "probe", reach), "what the notes name"
        return choose(view, request, rng)[0], ""


def propose(
    view: Survey, plan: Plan, request: Request, rng: random.Random
) -> tuple[Move | None, str]:
    """The best new point of the plan's subspace and whose idea it was; None where it is used up."""
    axes = [axis for key in plan.tunables if (axis := view.axis(key)) is not None]
    whole = plan.values.keys() == set(plan.tunables) and plan.move != "leap"
    if whole and (move := pick(view, [dict(plan.values)], rng)) is not None:
        return move, "the plan"
    for reach in (plan.reach, 2 * plan.reach):
        asked = ask(axes, 1.4 * reach, request.evidence.trials, request.task.goal, request.seed)
        given: list[Changes] = [dict(plan.values)] if plan.values else []
        candidates = [dict(asked)] if asked is not None else []
        move = pick(view, [*candidates, *given, *_grid(axes, plan, reach)], rng)
        if move is not None:
            drawn = asked is not None and all(
                same(asked[key], value) for key, value in move.changes.items()
            )
            return move, "Optuna's TPE" if drawn else "a set step"
    return None, ""


def _grid(axes: Sequence[Axis], plan: Plan, reach: float) -> list[Changes]:
    """Set steps on each planned tunable alone; on all together where the plan joins them."""
    options = []
    for axis in axes:
        ways = (plan.direction[axis.key],) if axis.key in plan.direction else (1, -1)
        options.append(values_near(axis, [way * a * reach for way in ways for a in _AMOUNTS]))
    keys = [axis.key for axis in axes]
    alone: list[Changes] = [
        {key: value} for key, values in zip(keys, options, strict=True) for value in values
    ]
    if plan.move not in ("combine", "leap"):
        return alone
    together = itertools.product(*options) if all(options) else ()
    combined = [
        dict(zip(keys, values, strict=True))
        for values in itertools.islice(together, _MOST_COMBINATIONS)
    ]
    return [*combined, *alone]


def _note(
    view: Survey,
    plan: Plan,
    move: Move,
    request: Request,
    headline: str,
    by: str,
    origin: str,
) -> list[str]:
    lines = [f"{headline}.", ""]
    if objection := _objection(request.history, request.role.name):
        lines += [f"Sent back: {objection} This point is another one.", ""]
    follows = f"It follows {origin} ({plan.move})." if origin else f"Own choice ({plan.move})."
    joint = len(move.changes) > 1
    claim = "these changes together improve" if joint else "this change alone improves"
    lines.append(
        f"Hypothesis: {claim} {request.task.metric}; "
        f"everything else stays as in the incumbent. {follows}"
    )
    for key in move.changes:
        axis = view.axis(key)
        if axis is not None:
            lines.append(f"- {so_far(view, axis)} Range: {_range(axis)}.")
    lines += ["", hope(view, move.expected, move.sd, request.task.metric)]
    lines.append(f"The values come from {by}.")
    return lines


def _range(axis: Axis) -> str:
    tunable = axis.tunable
    if tunable.choices is not None:
        span = ", ".join(str(choice) for choice in tunable.choices)
    else:
        span = f"{tunable.low:g} to {tunable.high:g}"
    return f"{span} ({tunable.how})" if tunable.how else span


def _objection(history: Sequence[PastStep], role: str) -> str:
    """The first line of what was said after this role's own last proposal; empty without one."""
    spoke = [index for index, step in enumerate(history) if step.role == role]
    after = history[spoke[-1] + 1 :] if spoke else ()
    said = next((step.note.strip() for step in after if step.note.strip()), "")
    line = said.splitlines()[0].rstrip(".") if said else ""
    return f"{line}." if line else ""
