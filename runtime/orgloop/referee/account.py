"""How many false keeps a run may expect, and what that asks of the next keep.

The probability that a kept change is no improvement, given all that was known when it was kept,
adds up over the run to the expected number of false keeps, whatever rule chose what to measure
and when to stop. So it is enough to hold the sum: after each keep it is at most ``share`` times
(keeps + ``start``). This bounds the marginal false discovery rate of the whole run, E[false] /
(E[keeps] + start) <= share (the posterior version: Newton et al. 2004, "Detecting differential
gene expression with a semiparametric hierarchical mixture method"; Mueller, Parmigiani and Rice
2006, "FDR and Bayesian multiple comparisons rules"; the account that a sequence of decisions
earns and spends: Foster and Stine 2008, "Alpha-investing").

Where keeps are nearly certain, much is left over, and a doubtful one costs nothing to take;
where all are doubtful, each must be likely by itself. ``floor`` is what is asked in any case.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """The run's allowance of false keeps."""

    share: float = 0.1
    """Expected false keeps for each keep, at most."""
    start: float = 1.0
    """Keeps that the run is credited with before its first."""
    floor: float = 0.8
    """Probability of being better that any keep needs."""

    def needed(self, keeps: int, doubt: float) -> float:
        """Probability of being better that the next keep needs.

        ``keeps`` were made so far, with ``doubt`` the sum of their probabilities of being false.
        """
        left = self.share * (keeps + 1 + self.start) - doubt
        return min(max(1.0 - left, self.floor), 0.999)
