"""From the charter's word to the rule."""

from __future__ import annotations

from orgloop.referee.greedy import GreedyReferee
from orgloop.referee.protocol import Referee
from orgloop.referee.significant import SignificantReferee
from orgloop.referee.welch import WelchReferee

RULES = ("significant", "greedy")
"""What a charter's ``accept:`` may say; ``welch`` exists besides, to compare against."""


def referee_for(accept: str) -> Referee:
    """The rule that ``accept:`` names.

    Raises:
        ValueError: no rule has that name (a charter was checked before this is called).
    """
    if accept == "significant":
        return SignificantReferee()
    if accept == "greedy":
        return GreedyReferee()
    if accept == "welch":
        return WelchReferee()
    raise ValueError(f"no rule of acceptance is called {accept!r}; there are {', '.join(RULES)}")
