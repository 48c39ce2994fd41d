"""The embedded experimenter: values for the planned tunables, and the edit that sets them.

Within the PI's plan, else within a subspace of its own choosing, candidates are a few set steps
and, once there is evidence, the proposal of Optuna's TPE for that box. The one with the most
expected improvement that nobody has measured is written into the code.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.asking import ask
from orgloop.engines.embedded.axes import Axis, same
from orgloop.engines.embedded.moves import Changes, Move, pick, reach_of, values_near
from orgloop.engines.embedded.plan import MOST_TUNABLES, Plan, named_in, plan_in
from orgloop.engines.embedded.scout import choose
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.embedded.telling import hope, so_far, title
from orgloop.engines.protocol import Answer, Json, Outcome, PastStep, Request
from orgloop.engines.tunables import discover, splice

_AMOUNTS = (1.0, 0.6, 1.4)
_MOST_COMBINATIONS = 64
AGAIN = "this walk's own proposal, made again on the incumbent that overtook it"


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
            data={"params": dict(target), "changed": list(move.changes)},
        )

    def _plan(
        self, view: Survey, request: Request, rng: random.Random, *, redo: bool
    ) -> tuple[Plan, str]:
        """The plan to follow and, where somebody gave it, who."""
        known = {axis.key for axis in view.axes}
        given = plan_in(request.history)
        if given is not None and (keys := tuple(key for key in given.tunables if key in known)):
            reach = 0.6 * given.reach if redo else given.reach
            return Plan(keys[:MOST_TUNABLES], given.move, reach, given.direction), "the plan"
        others = [step for step in request.history if step.role != request.role.name]
        if named := named_in(others, {axis.name: axis.key for axis in view.axes}):
            reach = reach_of(request.role.org.boldness, request.evidence.streak)
            return Plan(named, "probe", reach), "what the notes name"
        return choose(view, request, rng)[0], ""


def own_proposals(request: Request) -> Sequence[Mapping[str, Json]]:
    """The points that this role proposed earlier on this walk: a reviewer sent them back."""
    return [
        params
        for step in request.history
        if step.role == request.role.name and isinstance(params := step.data.get("params"), Mapping)
    ]


def own_change_is_gone(request: Request) -> bool:
    """Whether this walk's proposal was taken off again, since it did not fit a newer incumbent."""
    base, files = request.base, request.files
    return bool(own_proposals(request)) and all(
        files.blob(path) == base.blob(path) for path in base.paths()
    )


def put_again(view: Survey, request: Request, rng: random.Random) -> Move | None:
    """The same values on the newer incumbent; None where it has them already."""
    params = own_proposals(request)[-1]
    step = [step for step in request.history if step.role == request.role.name][-1]
    changed = step.data.get("changed")
    keys = [key for key in changed if key in view.home] if isinstance(changed, Sequence) else []
    values = {key: params[key] for key in keys if isinstance(key, str)}
    changes: Changes = {
        key: value for key, value in values.items() if isinstance(value, (bool, int, float, str))
    }
    return pick(view, [changes], rng)


def propose(
    view: Survey, plan: Plan, request: Request, rng: random.Random
) -> tuple[Move | None, str]:
    """The best new point of the plan's subspace and whose idea it was; None where it is used up."""
    axes = [axis for key in plan.tunables if (axis := view.axis(key)) is not None]
    for reach in (plan.reach, 2 * plan.reach):
        grid = _grid(axes, plan, reach)
        asked = ask(axes, 1.4 * reach, request.evidence.trials, request.task.goal, request.seed)
        candidates = [dict(asked)] if asked is not None else []
        move = pick(view, [*candidates, *grid], rng)
        if move is not None:
            drawn = asked is not None and all(
                same(asked[key], value) for key, value in move.changes.items()
            )
            return move, "Optuna's TPE" if drawn else "a set step"
    return None, ""


def _grid(axes: Sequence[Axis], plan: Plan, reach: float) -> list[Changes]:
    """Set steps on every planned tunable together, and on each of them alone."""
    options = []
    for axis in axes:
        ways = (plan.direction[axis.key],) if axis.key in plan.direction else (1, -1)
        options.append(values_near(axis, [way * a * reach for way in ways for a in _AMOUNTS]))
    keys = [axis.key for axis in axes]
    together = itertools.product(*options) if all(options) else ()
    combined = [
        dict(zip(keys, values, strict=True))
        for values in itertools.islice(together, _MOST_COMBINATIONS)
    ]
    alone: list[Changes] = [
        {key: value} for key, values in zip(keys, options, strict=True) for value in values
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
    lines.append(
        "Hypothesis: this change alone improves "
        f"{request.task.metric}; everything else stays as in the incumbent. {follows}"
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
