"""How much better the best commit is than the baseline, with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.referee.protocol import noise_sd, oriented
from orgloop.referee.student import t_quantile
from orgloop.referee.wording import number, with_error


@dataclass(frozen=True, slots=True)
class Improvement:
    """The run's gain over its baseline, in the metric's units; positive is better."""

    gain: float
    stderr: float | None
    """None where noise is not known or the task is deterministic."""
    low: float | None
    high: float | None
    """Ends of the interval that holds the true gain with probability ``level``."""
    freedom: int
    """Degrees of freedom that the noise was pooled from."""
    level: float
    deterministic: bool
    text: str
    """``0.210 ± 0.012 better (95% interval of the gain 0.185 to 0.235)``."""


def improvement(
    baseline: Sequence[float],
    value: float,
    stderr: float | None,
    *,
    goal: str,
    history: Sequence[Sequence[float]] = (),
    level: float = 0.95,
) -> Improvement:
    """Gain of the best commit over the baseline, with a t interval on the pooled noise.

    Args:
        baseline: the baseline's measured values, at least one.
        value: the best commit's value on the record (``Ruling.value``).
        stderr: its standard error on the record (``Ruling.stderr``).
        goal: ``minimize`` or ``maximize``.
        history: every other commit's measured values: the noise is pooled over all.
        level: the interval's coverage.
    """
    gain = oriented(value, goal) - oriented(sum(baseline) / len(baseline), goal)
    spread, freedom = noise_sd([baseline, *history])
    repeated = [group for group in (baseline, *history) if len(group) > 1]
    if repeated and all(min(group) == max(group) for group in repeated):
        text = f"{number(gain)} better" if gain > 0 else "no better"
        return Improvement(
            gain, None, None, None, freedom, level, True,
            f"{text} (repeats of this task give identical numbers)",
        )  # fmt: skip
    if spread is None:
        return Improvement(
            gain, None, None, None, 0, level, False, f"{number(gain)} (noise not known)"
        )  # fmt: skip
    ours = stderr if stderr is not None else spread
    error = (ours**2 + spread**2 / len(baseline)) ** 0.5
    half = t_quantile(0.5 + level / 2, freedom) * error
    return Improvement(
        gain, error, gain - half, gain + half, freedom, level, False,
        f"{with_error(abs(gain), error)} {'better' if gain > 0 else 'worse'} "
        f"({100 * level:.0f}% interval of the gain "
        f"{number(gain - half, 3)} to {number(gain + half, 3)})",
    )  # fmt: skip
