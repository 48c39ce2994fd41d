"""Autoresearch's rule: one measurement, strictly better is kept, equal is discarded."""

from __future__ import annotations

from orgloop.referee.protocol import Call, Case, Ruling, oriented
from orgloop.referee.wording import number


class GreedyReferee:
    """Compare the first values and look no further (karpathy/autoresearch, ``program.md``).

    The incumbent's value is the one that it was kept for, which is why the record of a greedy
    run is too good where measurements are noisy. ``min_delta`` is added to what must be beaten.
    """

    name = "greedy"

    def rule(self, case: Case) -> Ruling:
        """BETTER or WORSE from one measurement; never AGAIN."""
        value, standing = case.candidate[0].value, case.incumbent[0].value
        gain = oriented(value, case.goal) - oriented(standing, case.goal)
        better = gain > max(case.min_delta, 0.0)
        need = f" by more than {number(case.min_delta)}" if case.min_delta > 0 else ""
        if better:
            word = f"better{need}"
        elif gain > 0:
            word = f"not better{need}"
        else:
            word = "equal, which is not better" if gain == 0 else "worse"
        return Ruling(
            call=Call.BETTER if better else Call.WORSE,
            value=value,
            stderr=None,
            gain=gain,
            gain_stderr=None,
            p_better=None,
            why=(
                f"{number(value)} against {number(standing)}, one measurement each: {word}; "
                "noise is not considered"
            ),
        )
