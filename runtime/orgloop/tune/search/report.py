"""What a tuning came to: every amendment that was tried, and the held-out result."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from orgloop.tune.comparison import Comparison
from orgloop.tune.statistics import Duel, Interval

State = Literal["refused", "same", "dropped", "lost", "kept", "open"]
"""``refused``: it may not be, or does not check. ``same``: no trial came out differently.
``dropped``: behind the others, or the organization as it stood, in the cheap trials. ``lost``: a
finalist that was not shown to be better. ``open``: the budget ended while it was tried."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attempt(_Part):
    """One amendment that was proposed."""

    round: int
    key: str
    """The move's key, such as ``drop:reviewer``."""
    title: str
    why: str
    """What spoke for it, in words."""
    digest: str
    """Of the organization that it makes; empty where it was refused."""
    state: State
    reason: str
    trials: int
    """Of the amended organization; the one that stood had as many, from the same seeds. A
    finalist's are those that it was judged by."""
    gap: Interval | None = None
    """Progress more than the one that stood, in units of Optuna's; a finalist's is from seeds by
    which nothing was chosen."""
    chance: float | None = None
    """Probability that the finalist is better, by those."""


class HeldOut(_Part):
    """The organization before and after, on tasks that nothing was tuned on."""

    comparison: Comparison
    start: str
    tuned: str
    """Their names in the comparison; the same where nothing was kept."""
    ratio: Interval
    """Progress after, for each unit of progress before; 1 where nothing was kept."""
    duel: Duel | None
    """The paired test of after against before; None where nothing was kept."""


class Tuning(_Part):
    """The whole, as `tune --json` prints it."""

    org: str
    start: str
    """Digest of the organization as it was."""
    tuned: str
    seed: int
    experiments: int
    tasks: tuple[str, ...]
    trials: int
    """Simulated runs of an organization on the tuning tasks."""
    rounds: int
    ended: str
    """Why the search ended, as a sentence."""
    attempts: tuple[Attempt, ...]
    held_out: HeldOut | None
    confirmed: HeldOut | None = None
    """The same on the lab's own task, with real runs, where that was asked for."""

    @property
    def kept(self) -> tuple[Attempt, ...]:
        """The amendments that the tuned organization has, in order."""
        return tuple(one for one in self.attempts if one.state == "kept")
