"""Rules of acceptance: whether a candidate is better than the incumbent, or measured again.

``referee_for("greedy")`` and ``referee_for("significant")`` are the two that a charter names.
Importing this package loads neither NumPy nor SciPy; ruling on a case may.
"""

from orgloop.referee.account import Account
from orgloop.referee.choose import RULES, referee_for
from orgloop.referee.protocol import (
    Call,
    Case,
    Referee,
    Reign,
    Ruling,
    Sample,
    Standing,
    Tie,
    noise_sd,
    oriented,
)
from orgloop.referee.summary import Improvement, improvement

__all__ = [
    "RULES",
    "Account",
    "Call",
    "Case",
    "Improvement",
    "Referee",
    "Reign",
    "Ruling",
    "Sample",
    "Standing",
    "Tie",
    "improvement",
    "noise_sd",
    "oriented",
    "referee_for",
]
