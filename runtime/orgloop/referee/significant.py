"""The rule of acceptance for noisy tasks: keep what is probably better, pay for doubt only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orgloop.referee.deterministic import is_deterministic, rule_without_noise
from orgloop.referee.protocol import Call, Case, Ruling, oriented
from orgloop.referee.seeds import seed_shifts
from orgloop.referee.tally import Tally, lineage_of, tally
from orgloop.referee.wording import count, number, percent, with_error

if TYPE_CHECKING:
    from orgloop.referee.posterior import Belief, Outlook, Verdict


class SignificantReferee:
    """Sequential, adaptive, and learned from the run itself.

    A candidate is judged by its posterior (``posterior.py``): the noise, the usual size of a
    change and the incumbent's true value are all estimated from the run. It is kept when the
    probability of being better reaches ``keep`` and a further measurement would not earn more
    than the same run spent on a new idea (``price.py``). The local false sign rate of every keep
    is thus at most ``1 - keep`` (Stephens 2017, "False discovery rates: a new deal"), and as the
    prior is shared by the whole run, a run in which nothing helps raises the bar for all.

    With few earlier candidates the prior is weak and the rule close to a one-sided t-test at
    ``keep``; until the noise has ``settled`` degrees of freedom, what is unclear is measured
    again and nothing is kept on one measurement, which is also how the noise gets known.
    """

    name = "significant"

    def __init__(self, *, keep: float = 0.9, most: int = 6, settled: int = 8) -> None:
        """``keep`` is a probability, ``most`` counts measurements of one candidate."""
        self.keep, self.most, self.settled = keep, most, settled

    def rule(self, case: Case) -> Ruling:
        """Decide from the candidate, the incumbent and what the run has shown so far."""
        if is_deterministic(case):
            return rule_without_noise(case)
        understood = _understand(case)
        if understood is None:
            return self._unknown(case)
        from orgloop.referee.posterior import judge, outlook

        sums, belief = understood
        assert sums.candidate is not None
        verdict, ahead = judge(belief, sums.candidate, case.min_delta), outlook(belief)
        call = self._call(case, sums, verdict, ahead)
        return Ruling(
            call=call,
            value=oriented(verdict.value, case.goal),
            stderr=verdict.value_sd,
            gain=verdict.gain,
            gain_stderr=verdict.gain_sd,
            p_better=verdict.p_better,
            why=_why(case, sums, verdict, ahead, call),
        )

    def _call(self, case: Case, sums: Tally, verdict: Verdict, ahead: Outlook) -> Call:
        from orgloop.referee.price import plan

        gain = verdict.gain - case.min_delta
        assert sums.candidate is not None
        measured = sums.candidate.value - ahead.incumbent > case.min_delta
        enough = verdict.p_better >= self.keep and gain > 0 and measured
        if self._may_measure(case):
            young = sums.noise.freedom < self.settled
            unsettled = young and (
                0.1 < verdict.p_better < 0.98 or (enough and len(case.candidate) == 1)
            )
            policy = plan(
                (ahead.mu - case.min_delta) / ahead.sigma,
                ahead.tau / ahead.sigma,
                ahead.incumbent_sd / ahead.sigma,
                most=self.most + int(case.asked_again),
                keep=self.keep,
            )
            going_on = policy.going_on(gain / ahead.sigma, len(case.candidate))
            if unsettled or going_on > (gain / ahead.sigma if enough else 0.0):
                return Call.AGAIN
        if enough:
            return Call.BETTER
        return Call.WORSE if verdict.p_better < 0.5 else Call.SPENT

    def _may_measure(self, case: Case) -> bool:
        left = case.remaining is None or case.remaining > 0
        return left and len(case.candidate) < self.most + int(case.asked_again)

    def _unknown(self, case: Case) -> Ruling:
        value = sum(sample.value for sample in case.candidate) / len(case.candidate)
        standing = sum(sample.value for sample in case.incumbent) / len(case.incumbent)
        gain = oriented(value, case.goal) - oriented(standing, case.goal)
        again = self._may_measure(case)
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


def standing(case: Case) -> tuple[float, float | None]:
    """The incumbent's value as the whole run sees it now, and its standard error.

    More honest at the end of a run than what was recorded when it was kept: an incumbent that
    stood long may have stood by luck, and those that it beat have told so since. The
    candidate is not looked at, and may be empty.
    """
    asked = replace(case, candidate=())
    values = [sample.value for sample in case.incumbent]
    plain = sum(values) / len(values)
    understood = None if is_deterministic(asked) else _understand(asked)
    if understood is None:
        return plain, None
    from orgloop.referee.posterior import outlook

    now = outlook(understood[1])
    return oriented(now.incumbent, case.goal), now.incumbent_sd


def _understand(case: Case) -> tuple[Tally, Belief] | None:
    """The run's sums and what they make us believe; None where the noise is not known."""
    sums = tally(case)
    if sums.noise.freedom == 0 or sums.noise.squares == 0:
        return None
    from orgloop.referee.posterior import believe, outlook

    belief = believe(sums)
    sign = oriented(1.0, case.goal)
    # Taking the shifts out lowers the noise, which sharpens the shifts: three rounds settle it.
    for _ in range(3 if case.lineage else 0):
        ahead = outlook(belief)
        shifts = seed_shifts(lineage_of(case), case.candidate, tau=ahead.tau, sigma=ahead.sigma)
        if not shifts:
            break
        paired = tally(case, {seed: sign * shift for seed, shift in shifts.items()})
        if paired.noise.freedom == 0 or not 0 < paired.noise.sd < sums.noise.sd:
            break
        sums, belief = paired, believe(paired)
    return sums, belief


_ENDINGS = {
    Call.BETTER: "",
    Call.WORSE: "",
    Call.AGAIN: "; measuring again",
    Call.SPENT: "; not enough to keep it, and another measurement is not worth its price",
}


def _why(case: Case, sums: Tally, verdict: Verdict, ahead: Outlook, call: Call) -> str:
    """The sentence that a person can check."""
    assert sums.candidate is not None
    theirs = sums.chapters[-1].incumbent
    seen = sums.candidate.value - theirs.value
    paired = " with seeds paired" if sums.paired else ""
    bar = f" by more than {number(case.min_delta)}" if case.min_delta > 0 else ""
    known = (
        f"{count(sums.seen, 'earlier change')}, typically {number(ahead.mu, 2)} ± "
        f"{number(ahead.tau, 2)}"
        if sums.seen
        else "no earlier change to compare with"
    )
    return (
        f"gain {with_error(verdict.gain, verdict.gain_sd)} over the incumbent (measured "
        f"{number(seen, 3)} from {count(sums.candidate.n, 'run')} against {theirs.n}{paired}; "
        f"pooled sd {number(sums.noise.sd, 2)}, {sums.noise.freedom} df; {known}); "
        f"{percent(verdict.p_better)} that it is real{bar}{_ENDINGS[call]}"
    )
