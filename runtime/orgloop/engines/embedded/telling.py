"""Sentences about the evidence, for notes that a researcher reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.axes import Axis, Value, written
from orgloop.engines.embedded.survey import Survey, Tried


def amount(number: float) -> str:
    """A difference of the metric: three significant digits, with its sign."""
    return f"{number:+.3g}"


def names(view: Survey, keys: Sequence[str]) -> str:
    """Tunables by name: ```LR` and `WIDTH```."""
    named = [f"`{axis.name}`" for axis in view.axes if axis.key in keys]
    named.sort(key=lambda name: [f"`{_name(view, key)}`" for key in keys].index(name))
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def title(view: Survey, changes: Mapping[str, Value]) -> str:
    """``LEARNING_RATE 1e-3 -> 2e-3, WIDTH 64 -> 96``."""
    return ", ".join(
        f"{axis.name} {written(view.home[axis.key])} -> {written(changes[axis.key])}"
        for axis in view.axes
        if axis.key in changes
    )


def so_far(view: Survey, axis: Axis) -> str:
    """What was tried of one tunable and what came of it, in a sentence."""
    about = view.about(axis.key)
    here = written(axis.tunable.value)
    if not about:
        return f"`{axis.name}` has not been tried away from {here}."
    alone = [one for one in about if len(one.own) == 1]
    tried = ", ".join(_result(one, axis) for one in (alone or about)[-4:])
    times = "once" if len(about) == 1 else f"{len(about)} times"
    manner = "" if alone else ", never alone"
    return f"`{axis.name}` (now {here}) has been tried {times}{manner}: {tried}.{_gap(view, axis)}"


def _result(one: Tried, axis: Axis) -> str:
    gain = "crashed" if one.effect is None else amount(one.effect)
    return f"{written(one.own[axis.key])} {gain} ({one.trial.experiment})"


def _gap(view: Survey, axis: Axis) -> str:
    """Which side of the present value nobody looked at yet."""
    if not axis.ordered:
        return ""
    values = [value for one in view.about(axis.key) for value in (one.own, one.was)]
    places = [axis.place(value[axis.key]) or 0.0 for value in values]
    above = any(place > axis.here for place in places)
    below = any(place < axis.here for place in places)
    if above and below:
        return ""
    edge = axis.here >= axis.steps - 0.1 if not above else axis.here <= 0.1
    if edge:
        return ""
    return f" Nothing {'above' if not above else 'below'} the present value was looked at."


def hope(view: Survey, expected: float, sd: float, metric: str) -> str:
    """What the model expects of a change, and how that compares with the noise."""
    doubt = (
        f"one measurement has a noise of {view.noise:.2g}"
        if view.noise_known
        else "the noise of a measurement is not known yet"
    )
    return f"Expected gain in {metric}: {amount(expected)} ± {sd:.2g} ({doubt})."


def _name(view: Survey, key: str) -> str:
    axis = view.axis(key)
    return key if axis is None else axis.name
