"""Autoresearch's rule: one measurement, strictly better is kept, equal is discarded."""

from __future__ import annotations

from orgloop.referee.deterministic import as_good_and_simpler, first_gain
from orgloop.referee.protocol import Call, Case, Ruling
from orgloop.referee.wording import number


class GreedyReferee:
    """Compare the first values and look no further (karpathy/autoresearch, ``program.md``).

    The incumbent's value is the one that it was kept for, which is why the record of a greedy
    run is too good where measurements are noisy. ``min_delta`` is added to what must be beaten.
    Where the charter says so, no gain but less code is a keep too (its simplicity clause).
    """

    name = "greedy"

    def rule(self, case: Case) -> Ruling:
        """BETTER or WORSE from one measurement; never AGAIN."""
        value, standing = case.candidate[0].value, case.incumbent[0].value
        gain = first_gain(case)
        better = gain > max(case.min_delta, 0.0)
        need = f" by more than {number(case.min_delta)}" if case.min_delta > 0 else ""
        if better:
            word = f"better{need}"
        elif gain > 0:
            word = f"not better{need}"
        else:
            word = "equal, which is not better" if gain == 0 else "worse"
        simpler = as_good_and_simpler(case)
        end = "; from less code: kept for that" if simpler else ""
        return Ruling(
            call=Call.SIMPLER if simpler else Call.BETTER if better else Call.WORSE,
            value=value,
            stderr=None,
            gain=gain,
            gain_stderr=None,
            p_better=None,
            why=(
                f"{number(value)} against {number(standing)}, one measurement each: {word}; "
                f"noise is not considered{end}"
            ),
            conceded=0.0 if simpler else None,
        )

    def standing(self, case: Case) -> None:
        """What was recorded when it was kept stands."""
