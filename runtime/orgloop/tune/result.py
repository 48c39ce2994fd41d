"""What a trial came to, as it is kept on disk: the one thing that comparisons are made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CurvePoint(_Part):
    """How far the organization was when so many experiments had finished."""

    experiments: int
    gain: float
    """Verified gain of the incumbent over the baseline, in the metric's units; positive is
    better."""
    bench_s: float
    """Seconds on the bench until then, the baseline's included."""
    usd: float
    """Dollars until then, as far as the cost is known."""


class TrialResult(_Part):
    """One organization on one task, on one budget, from one seed."""

    key: str
    """What the trial was of, as a digest: a result is used again where that is the same."""
    org: str
    task: str
    metric: str
    goal: str
    seed: int
    budget: int
    """Experiments that it had."""
    simulated: bool
    verified_by: Literal["truth", "fresh seeds"]
    """Where the gains come from: the surface itself, or measurements that nothing was chosen by."""
    verify: int
    """Fresh seeds on which each incumbent was measured again; 0 where the truth is known."""
    baseline: float
    """The metric before anything was tried, verified."""
    curve: tuple[CurvePoint, ...]
    """One point for each experiment of the budget; of a run that ended early the last goes on."""
    progress: float
    """Mean gain over the points of the curve: the area below it, for each experiment."""
    kept: int
    discarded: int
    crashed: int
    measurements: int
    bench_busy_s: float
    wall_s: float
    tokens: int
    cost_usd: float
    unpriced_tokens: int
    generations: int
    """Versions of the organization that the run worked under."""

    @property
    def gain(self) -> float:
        """Verified gain at the end of the budget."""
        return self.curve[-1].gain if self.curve else 0.0

    @property
    def experiments(self) -> int:
        """Experiments that finished."""
        return self.kept + self.discarded + self.crashed

    def at(self, share: float) -> CurvePoint:
        """The point at this share of the budget, rounded up."""
        index = max(1, -int(-share * len(self.curve) // 1))
        return self.curve[min(index, len(self.curve)) - 1]
