"""Gains and noise in the evidence, as the model takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from orgloop.engines.protocol import Evidence, Trial
from orgloop.task import Task

_WINDOW = 20
"""Trials considered: this many of the best and as many of the latest."""
_TAIL = 4.0
"""Noise sds beyond which an effect counts by its logarithm: a run that blew up says "not there",
and not how much worse than a bad one it is."""
_CRASH = 10.0
"""Noise sds that a crash counts as losing."""


def gain_of(task: Task, trial: Trial, against: float | None) -> float | None:
    """What a trial gained over a value; None where it crashed or nothing can be compared."""
    if trial.value is None or against is None or trial.status == "crash":
        return None
    gain = task.gain(trial.value, against)
    return gain if math.isfinite(gain) else None


def noise_in(evidence: Evidence, gains: Sequence[float | None]) -> tuple[float, bool]:
    """The noise to reckon with, and whether it was measured; else a share of the small effects."""
    seen = sorted(abs(gain) for gain in gains if gain)
    guess = 0.3 * seen[len(seen) // 4] if seen else 0.003 * abs(evidence.incumbent_value or 1.0)
    if evidence.noise_sd is not None and evidence.noise_sd > 0:
        return max(evidence.noise_sd, 1e-3 * guess), True
    return max(guess, 1e-9), False


def tempered(gain: float | None, noise: float) -> float:
    """A gain as the model takes it: what is past the tail counts by its logarithm."""
    gain = -_CRASH * noise if gain is None else gain
    tail = _TAIL * noise
    if abs(gain) <= tail:
        return gain
    return math.copysign(tail * (1 + math.log(abs(gain) / tail)), gain)


def window(finished: Sequence[Trial], task: Task) -> Sequence[Trial]:
    """At most twice ``_WINDOW``: the best and the latest, in the order in which they came."""
    if len(finished) <= 2 * _WINDOW:
        return finished
    sign = 1.0 if task.goal == "minimize" else -1.0
    order = sorted(
        range(len(finished)),
        key=lambda at: math.inf if (value := finished[at].value) is None else sign * value,
    )
    chosen = {*order[:_WINDOW], *range(len(finished) - _WINDOW, len(finished))}
    return [finished[at] for at in sorted(chosen)]
