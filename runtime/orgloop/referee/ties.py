"""Whether a candidate with less code may be kept because it is as good.

Two one-sided tests (Schuirmann 1987): the gain is shown to be above minus the margin and below
the margin, at 5% each, the margin being half the noise sd. The probabilities are the posterior's,
so that what the run knows about changes and about the incumbent counts. What such keeps may cost
is bounded for the run as a whole: the sum of the losses that each may have at most, with 95%
probability, stays within one margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgloop.referee.protocol import Tie

if TYPE_CHECKING:
    from orgloop.referee.posterior import Verdict

MARGIN = 0.5
"""In noise sds."""
LEVEL = 0.95
MOST = 12
"""Measurements that a candidate with less code is given, while equivalence may yet be shown."""
LEAST = 2
HOPE = 0.5
"""Probability of lying within the margin on either side below which it is given up."""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """What the two tests said."""

    shown: bool
    open: bool
    """Not shown, and measuring again may show it."""
    loss: float
    """What keeping it may cost, at most, in the metric's units."""
    margin: float


def equivalence(tie: Tie, verdict: Verdict, margin: float, measured: int) -> Equivalence:
    """Test both sides; ``margin`` is in the metric's units, ``measured`` counts runs."""
    least = min(verdict.p_within)
    affordable = tie.conceded + verdict.loss_bound <= margin
    shown = measured >= LEAST and least >= LEVEL and affordable
    # Once conceded, a loss stays conceded; more runs can only shrink the candidate's own bound.
    hopeful = least >= HOPE and tie.conceded < margin and measured < MOST
    return Equivalence(shown, hopeful and not shown, verdict.loss_bound, margin)
