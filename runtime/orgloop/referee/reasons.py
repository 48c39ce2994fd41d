"""The sentence that goes with a significant ruling, which a person can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgloop.referee.protocol import Call, Case, Ruling, oriented
from orgloop.referee.tally import Mean
from orgloop.referee.ties import Equivalence
from orgloop.referee.wording import count, number, percent, with_error

if TYPE_CHECKING:
    from orgloop.referee.posterior import Outlook, Verdict

_ENDINGS = {
    Call.BETTER: "",
    Call.SIMPLER: "",
    Call.WORSE: "",
    Call.AGAIN: "; measuring again",
    Call.SPENT: "; not enough to keep it, and another measurement is not worth its price",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a call was made from, in the metric's units, more is better."""

    verdict: Verdict
    ahead: Outlook
    candidate: Mean
    incumbent: Mean
    spread: float
    """Pooled sd of the noise, from ``freedom`` degrees of freedom."""
    freedom: int
    seen: int
    """Earlier changes that the prior was learned from."""
    paired: bool
    """Whether seeds' shifts were taken out."""
    min_delta: float
    needed: float
    """Probability of being better that a keep needed."""
    tie: Equivalence | None


def why(call: Call, given: Grounds) -> str:
    """``gain 0.082 ± 0.018 over the incumbent (measured ...); 99.8% that it is real``."""
    verdict, ahead = given.verdict, given.ahead
    seen = given.candidate.value - given.incumbent.value
    paired = " with seeds paired" if given.paired else ""
    bar = f" by more than {number(given.min_delta)}" if given.min_delta > 0 else ""
    known = (
        f"{count(given.seen, 'earlier change')}, typically {number(ahead.mu, 2)} ± "
        f"{number(ahead.tau, 2)}"
        if given.seen
        else "no earlier change to compare with"
    )
    asked = "" if call is Call.BETTER else f", of {percent(given.needed)} that a keep needs"
    return (
        f"gain {with_error(verdict.gain, verdict.gain_sd)} over the incumbent (measured "
        f"{number(seen, 3)} from {count(given.candidate.n, 'run')} against {given.incumbent.n}"
        f"{paired}; pooled sd {number(given.spread, 2)}, {given.freedom} df; {known}); "
        f"{percent(verdict.p_better)} that it is real{bar}{asked if verdict.p_better > 0.5 else ''}"
        f"{_tie(call, given)}{_ENDINGS[call]}"
    )


def _tie(call: Call, given: Grounds) -> str:
    tie = given.tie
    if tie is None or call is Call.BETTER:
        return ""
    if call is Call.SIMPLER:
        return (
            f"; as good within {number(tie.margin, 2)}, half the noise sd, by two one-sided tests, "
            f"from less code: kept for that, conceding at most {number(tie.loss, 2)}"
        )
    return f"; less code, and not shown to be as good within {number(tie.margin, 2)}"


def unknown_noise(case: Case, *, again: bool) -> Ruling:
    """The ruling where nothing was measured twice."""
    value = sum(sample.value for sample in case.candidate) / len(case.candidate)
    standing = sum(sample.value for sample in case.incumbent) / len(case.incumbent)
    gain = oriented(value, case.goal) - oriented(standing, case.goal)
    end = "measuring again" if again else "no run is left to learn it, so it is not kept"
    return Ruling(
        call=Call.AGAIN if again else Call.SPENT,
        value=value,
        stderr=None,
        gain=gain,
        gain_stderr=None,
        p_better=None,
        why=f"gain {number(gain)}, but nothing was measured twice, so the noise is not "
        f"known: {end}",
    )
