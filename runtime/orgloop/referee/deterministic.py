"""Tasks whose repeats give identical numbers: nothing to test, ``min_delta`` decides."""

from __future__ import annotations

from orgloop.referee.protocol import Call, Case, Ruling, noise_sd, oriented
from orgloop.referee.wording import number


def is_deterministic(case: Case) -> bool:
    """Whether something was measured more than once and every repeat agreed exactly.

    Exactly, up to the rounding of the mean: a task whose numbers are printed coarsely may look
    deterministic, and is then treated so until two repeats differ.
    """
    groups = [
        *case.history,
        [sample.value for sample in case.candidate],
        [sample.value for sample in case.incumbent],
    ]
    spread, freedom = noise_sd(groups)
    if spread is None or freedom < 1:
        return False
    return all(min(group) == max(group) for group in groups if len(group) > 1)


def rule_without_noise(case: Case) -> Ruling:
    """Better by more than ``min_delta`` is kept; no significance is claimed."""
    gain = first_gain(case)
    better = gain > max(case.min_delta, 0.0)
    verdict = "more" if better else "not more"
    simpler = as_good_and_simpler(case)
    end = "; not worse, and from less code: kept for that" if simpler else ""
    return Ruling(
        call=Call.SIMPLER if simpler else Call.BETTER if better else Call.WORSE,
        value=case.candidate[0].value,
        stderr=None,
        gain=gain,
        gain_stderr=None,
        p_better=None,
        why=(
            f"gain {number(gain)}, which is {verdict} than min_delta {number(case.min_delta)}; "
            f"repeats of this task give identical numbers, so no significance is claimed{end}"
        ),
        conceded=0.0 if simpler else None,
    )


def first_gain(case: Case) -> float:
    """Improvement of the first measurement over the incumbent's first; positive is better."""
    value, standing = case.candidate[0].value, case.incumbent[0].value
    return oriented(value, case.goal) - oriented(standing, case.goal)


def as_good_and_simpler(case: Case) -> bool:
    """Whether a candidate with less code is not better, and not worse by anything at all."""
    return case.tie is not None and 0.0 <= first_gain(case) <= max(case.min_delta, 0.0)
