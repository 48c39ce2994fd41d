"""The rule of acceptance for noisy tasks: keep what is probably better, pay for doubt only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgloop.referee.account import Account
from orgloop.referee.deterministic import rule_without_noise
from orgloop.referee.memory import Chronicle, Memory, Settled
from orgloop.referee.protocol import Call, Case, Reign, Ruling, Standing, oriented
from orgloop.referee.reasons import Grounds, unknown_noise, why
from orgloop.referee.tally import Mean, Noise, mean_of
from orgloop.referee.ties import Equivalence, equivalence

if TYPE_CHECKING:
    from orgloop.referee.posterior import Belief, Outlook, Verdict


class SignificantReferee:
    """Sequential, adaptive, and learned from the run itself.

    A candidate is judged by its posterior (``posterior.py``): the noise, the usual size of a
    change and the incumbent's true value are all estimated from the run. It is kept when the
    probability of being better is what the run's account of false keeps asks for
    (``account.py``), and a further measurement would not earn more than the same run spent on a
    new idea (``price.py``).

    With few earlier candidates the prior is weak and the rule close to a one-sided t-test; until
    the noise has ``settled`` degrees of freedom, what is unclear is measured again and nothing is
    kept on one measurement, which is also how the noise gets known.

    What a run has taught so far is remembered from one ruling to the next (``memory.py``), so a
    ruling costs the same however long the run. Not for several threads at once.
    """

    name = "significant"

    def __init__(self, *, account: Account | None = None, most: int = 10, settled: int = 8) -> None:
        """``most`` counts measurements of one candidate, ``account`` is of false keeps."""
        self.account = account or Account()
        self.most, self.settled = most, settled
        self._memory = Memory()

    def rule(self, case: Case) -> Ruling:
        """Decide from the candidate, the incumbent and what the run has shown so far."""
        known = self._know(case)
        sign = oriented(1.0, case.goal)
        candidate = mean_of(case.candidate, sign, known.shifts)
        squares = known.squares + candidate.squares
        freedom = known.freedom + candidate.freedom
        if freedom >= 1 and squares == 0:
            return rule_without_noise(case)
        beliefs = _beliefs(known, candidate)
        if beliefs is None:
            return unknown_noise(case, again=self._may_measure(case))
        from orgloop.referee.posterior import judge, outlook
        from orgloop.referee.ties import MARGIN

        ahead = outlook(beliefs[1])
        margin = MARGIN * ahead.sigma if case.tie is not None else 0.0
        verdict = judge(beliefs[0], candidate, min_delta=case.min_delta, margin=margin)
        tie = None
        if case.tie is not None:
            tie = equivalence(case.tie, verdict, margin, candidate.n)
        needed = self.account.needed(known.keeps, known.doubt)
        call = self._call(case, _Sides(candidate, freedom, verdict, ahead, needed, tie))
        incumbent = known.incumbent
        assert incumbent is not None
        return Ruling(
            call=call,
            value=oriented(verdict.value, case.goal),
            stderr=verdict.value_sd,
            gain=verdict.gain,
            gain_stderr=verdict.gain_sd,
            p_better=verdict.p_better,
            why=why(
                call,
                Grounds(
                    verdict=verdict,
                    ahead=ahead,
                    candidate=candidate,
                    incumbent=incumbent,
                    spread=(squares / freedom) ** 0.5,
                    freedom=freedom,
                    seen=known.commits - 1,
                    paired=bool(known.shifts),
                    min_delta=case.min_delta,
                    needed=needed,
                    tie=tie,
                ),
            ),
            conceded=tie.loss if tie is not None and call is Call.SIMPLER else None,
        )

    def standing(self, case: Case) -> Standing | None:
        """The incumbent's value as the whole run sees it now; None where noise is not known.

        More honest than what was recorded when it was kept: an incumbent that stood long may
        have stood by luck, and those that it beat have told so since.
        """
        known = self._know(case)
        if known.belief is None:
            return None
        from orgloop.referee.posterior import outlook

        now = outlook(known.belief)
        return Standing(oriented(now.incumbent, case.goal), now.incumbent_sd)

    def _know(self, case: Case) -> Settled:
        lineage = case.lineage or [Reign(case.incumbent)]
        return self._memory.recall(Chronicle.of(lineage), oriented(1.0, case.goal))

    def _call(self, case: Case, sides: _Sides) -> Call:
        verdict, ahead = sides.verdict, sides.ahead
        gain = verdict.gain - case.min_delta
        measured = sides.candidate.value - ahead.incumbent > case.min_delta
        enough = verdict.p_better >= sides.needed and gain > 0 and measured
        if self._may_measure(case):
            young = sides.freedom < self.settled
            unsettled = young and (
                0.1 < verdict.p_better < 0.98 or (enough and sides.candidate.n == 1)
            )
            if unsettled or self._worth(case, sides) > (gain / ahead.sigma if enough else 0.0):
                return Call.AGAIN
        if enough:
            return Call.BETTER
        if sides.tie is not None and sides.tie.shown:
            return Call.SIMPLER
        left = case.remaining is None or case.remaining > 0
        if sides.tie is not None and sides.tie.open and left:
            return Call.AGAIN
        return Call.WORSE if verdict.p_better < 0.5 else Call.SPENT

    def _worth(self, case: Case, sides: _Sides) -> float:
        """Value of measuring once more, its price paid, in noise sds."""
        from orgloop.referee.price import plan

        ahead = sides.ahead
        policy = plan(
            (ahead.mu - case.min_delta) / ahead.sigma,
            ahead.tau / ahead.sigma,
            ahead.incumbent_sd / ahead.sigma,
            most=self.most + int(case.asked_again),
            keep=sides.needed,
        )
        gain = (sides.verdict.gain - case.min_delta) / ahead.sigma
        return policy.going_on(gain, sides.candidate.n)

    def _may_measure(self, case: Case) -> bool:
        left = case.remaining is None or case.remaining > 0
        return left and len(case.candidate) < self.most + int(case.asked_again)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What a call is made from."""

    candidate: Mean
    freedom: int
    verdict: Verdict
    ahead: Outlook
    needed: float
    tie: Equivalence | None


def _beliefs(known: Settled, candidate: Mean) -> tuple[Belief, Belief] | None:
    """What was believed before the candidate, and what its repeats alone add of the noise.

    They are one where the run knows its noise. Where it does not, the candidate's own repeats
    lay out the grid; None where there are none that differ.
    """
    if known.belief is not None:
        return known.belief, known.belief
    if candidate.squares == 0 or known.incumbent is None:
        return None
    from orgloop.referee.prior import believe_first

    noise = Noise(known.squares + candidate.squares, known.freedom + candidate.freedom)
    before = believe_first(known.incumbent, noise, Noise(known.squares, known.freedom))
    return before, believe_first(known.incumbent, noise, noise)
