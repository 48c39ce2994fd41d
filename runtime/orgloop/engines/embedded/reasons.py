"""The embedded PI's question and its reason, in the words of a researcher."""

from __future__ import annotations

from orgloop.engines.embedded.axes import Axis, same, written
from orgloop.engines.embedded.plan import Plan
from orgloop.engines.embedded.priors import custom_of, cut_short, way_of
from orgloop.engines.embedded.survey import Survey, Tried
from orgloop.engines.embedded.telling import amount, names, title
from orgloop.engines.protocol import Request

_QUESTIONS = {
    "probe": "Does {names} want to be {way}",
    "continue": "Does {names} help still more when it is {way} again",
    "reverse": "Does {names} want to be {way} instead",
    "adjust": "Does another step of {names} help, {way} than now",
    "switch": "Does another {names} help",
    "retry": "Does {names} help on the present incumbent, {way}",
    "combine": "Do {names} together gain what neither showed alone",
    "leap": "Is there something better further away, with {names}",
}
_MATTERS = 1.0


def question(view: Survey, plan: Plan) -> str:
    """The plan's headline: the question, and the change that would answer it."""
    way = {1: "larger", -1: "smaller"}.get(plan.direction.get(plan.tunables[0], 0), "another")
    asked = _QUESTIONS.get(plan.move, _QUESTIONS["leap"])
    asked = asked.format(names=names(view, plan.tunables), way=way)
    return f"{asked}? {title(view, plan.values)}"


def reason(view: Survey, plan: Plan, request: Request) -> str:
    """Why this is asked now, with the experiments that suggest it."""
    if plan.move == "leap":
        return (
            f"nothing was kept in the last {request.evidence.streak} experiments, and small steps "
            "of one tunable promise little."
        )
    if plan.move == "combine":
        return _together(view, plan)
    axis = view.axis(plan.tunables[0])
    assert axis is not None
    about = view.about(axis.key)
    kept = view.kept.get(axis.key)
    if plan.move == "continue" and kept is not None:
        return f"{told(axis, kept)}, which was kept; the optimum may lie further that way."
    if plan.move == "retry":
        same_value = [one for one in about if same(one.own[axis.key], plan.values[axis.key])]
        return f"{told(axis, same_value[-1])}; the incumbent has changed since."
    if about:
        sides = "; ".join(told(axis, one) for one in about[-3:])
        return f"{sides}. {_suggests(plan.move)}"
    return f"`{axis.name}` was never touched. {_custom(axis, plan, request)}"


def told(axis: Axis, one: Tried) -> str:
    """``e0003 took LR 0.002 -> 0.004 (+0.03)``."""
    effect = "crashed" if one.effect is None else amount(one.effect)
    also = " with other changes" if len(one.own) > 1 else ""
    was, new = written(one.was[axis.key]), written(one.own[axis.key])
    return f"{one.trial.experiment} took `{axis.name}` {was} -> {new}{also} ({effect})"


def _together(view: Survey, plan: Plan) -> str:
    parts: list[str] = []
    for key in plan.tunables:
        axis = view.axis(key)
        for one in reversed(view.about(key)):
            if axis is not None and same(one.own[key], plan.values[key]):
                parts.append(told(axis, one))
                break
    return f"{' and '.join(parts)}. Each measured as a gain, too small to be kept alone."


def _suggests(move: str) -> str:
    if move == "reverse":
        return "So the optimum may lie on the other side."
    if move == "switch":
        return "This setting has not been tried."
    return "That leaves a step of another size."


def _custom(axis: Axis, plan: Plan, request: Request) -> str:
    short = cut_short(request.task)
    way = way_of(axis.name, short=short) * plan.direction.get(axis.key, 0)
    if way > 0:
        when = " where training is cut short" if short else ""
        return f"Going this way usually pays{when}."
    if custom_of(axis.name).matters >= _MATTERS:
        return "Constants of its kind are usually among those that matter most."
    return "What is usually more important has been asked or is being asked."
