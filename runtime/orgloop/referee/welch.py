"""A fixed test: the difference of means against pooled noise, replicated while unclear."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.referee.deterministic import is_deterministic, rule_without_noise
from orgloop.referee.protocol import Call, Case, Ruling, Sample, noise_sd, oriented
from orgloop.referee.student import t_cdf
from orgloop.referee.wording import count, number, percent, with_error


class WelchReferee:
    """One-sided t-test on the gain, after each measurement, up to ``most`` measurements.

    The standard error uses the noise pooled over the whole run, or that of the differences of
    seeds which both sides have where that is clearly smaller. BETTER at ``keep`` confidence,
    WORSE once the probability falls below ``drop``. The measurements of a kept candidate are
    the ones that got it kept, so its value is biased upward: the rule that ``significant``
    improves on. Welch (1947), "The generalization of 'Student's' problem".
    """

    name = "welch"

    def __init__(self, *, keep: float = 0.975, drop: float = 0.25, most: int = 6) -> None:
        """``keep`` and ``drop`` are probabilities, ``most`` counts measurements."""
        self.keep, self.drop, self.most = keep, drop, most

    def rule(self, case: Case) -> Ruling:
        """Decide from the samples of both sides and the run's pooled noise."""
        if is_deterministic(case):
            return rule_without_noise(case)
        ours, theirs = _values(case.candidate), _values(case.incumbent)
        spread, freedom = noise_sd([*case.history, ours, theirs])
        value = sum(ours) / len(ours)
        gain = oriented(value, case.goal) - oriented(sum(theirs) / len(theirs), case.goal)
        if spread is None:
            if self._may_measure(case):
                return Ruling(
                    Call.AGAIN, value, None, gain, None, None,
                    f"gain {number(gain)}, but nothing has been measured twice yet, so the "
                    "noise is not known: measuring again",
                )  # fmt: skip
            return Ruling(
                Call.SPENT, value, None, gain, None, None,
                f"gain {number(gain)}, noise not known and no run left to learn it",
            )  # fmt: skip
        stderr = spread * (1 / len(ours) + 1 / len(theirs)) ** 0.5
        source = f"{count(len(ours), 'measurement')} against {len(theirs)}"
        paired = _paired(case)
        if paired is not None and paired[1] < 0.5 * stderr and paired[2] >= 3:
            gain, stderr, freedom = paired
            spread = stderr * (freedom + 1) ** 0.5
            source = f"{freedom + 1} paired seeds"
        stderr = max(stderr, 1e-300)
        probability = t_cdf((gain - case.min_delta) / stderr, freedom)
        call = self._call(case, gain, probability)
        return Ruling(
            call=call,
            value=value,
            stderr=spread / len(ours) ** 0.5,
            gain=gain,
            gain_stderr=stderr,
            p_better=probability,
            why=(
                f"gain {with_error(gain, stderr)} over the incumbent from {source} (pooled sd "
                f"{number(spread, 2)}, {freedom} df); {percent(probability)} that it is real"
                + ENDINGS[call]
            ),
        )

    def standing(self, case: Case) -> None:
        """What was recorded when it was kept stands."""

    def _call(self, case: Case, gain: float, probability: float) -> Call:
        if probability >= self.keep and gain > 0:
            return Call.BETTER
        if not case.asked_again and probability < self.drop:
            return Call.WORSE
        if self._may_measure(case):
            return Call.AGAIN
        return Call.WORSE if probability < 0.5 else Call.SPENT

    def _may_measure(self, case: Case) -> bool:
        left = case.remaining is None or case.remaining > 0
        return left and len(case.candidate) < self.most + int(case.asked_again)


ENDINGS = {
    Call.BETTER: "",
    Call.WORSE: "",
    Call.AGAIN: ": unclear, measuring again",
    Call.SPENT: ": unclear, and a further measurement is not worth its price",
}
"""How the sentence says what follows from its numbers."""


def _values(samples: Sequence[Sample]) -> list[float]:
    return [sample.value for sample in samples]


def _paired(case: Case) -> tuple[float, float, int] | None:
    """Mean, standard error and degrees of freedom of the differences on shared seeds."""
    theirs = {sample.seed: sample.value for sample in case.incumbent}
    gaps = [
        oriented(sample.value, case.goal) - oriented(theirs[sample.seed], case.goal)
        for sample in case.candidate
        if sample.seed in theirs
    ]
    spread, freedom = noise_sd([gaps])
    if spread is None:
        return None
    return sum(gaps) / len(gaps), spread / len(gaps) ** 0.5, freedom
