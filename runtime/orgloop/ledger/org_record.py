"""How an organization has been doing, as plain values.

Nothing here knows the ledger: a report, a role's brief and an embedded engine are all told the
same. Effects are first measured gains over the incumbent, in the metric's units, positive for
better: one measurement each, taken before anything selected on it. Seconds are on the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal["decided", "refused", "failed"]
"""``decided``: by the role. ``refused``: by the runtime (an edit that is not allowed, a repeat, too
many rounds, nothing changed). ``failed``: the role could not answer."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of some experiments, all of them finished."""

    experiments: int = 0
    measured: int = 0
    """Those with at least one measurement that did not crash."""
    kept: int = 0
    crashed: int = 0
    effects: int = 0
    """How many effects ``effect_mean`` is of."""
    effect_mean: float | None = None
    effect_median: float | None = None
    effect_sd: float | None = None
    """None for fewer than two."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Experiments that came to an end at one place, before anything was measured."""

    role: str
    """``bench`` where there was nothing to measure."""
    decision: str | None
    """The label of the arrow; None where the role did not decide it, or had no choice."""
    why: Why
    experiments: int


@dataclass(frozen=True, slots=True)
class CrashCause:
    """Experiments that crashed of one cause."""

    cause: str
    """The message without its numbers and paths."""
    experiments: int


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision of a role, in hindsight."""

    decision: str | None
    """The label; None where the role passes on along its one arrow."""
    fate: Fate
    """Of the experiments on which the role decided so at least once."""
    ended: int
    """Those of them that it ended."""
    ended_unmeasured: int
    """Those among ``ended`` that were never measured: nobody knows what they were worth."""
    seen_elsewhere: int
    """Those among ``ended_unmeasured`` whose very change another experiment has measured."""
    elsewhere_mean: float | None
    """Mean effect of that change there: the one evidence of what was turned away."""


@dataclass(frozen=True, slots=True)
class RoundsRecord:
    """Experiments that a role has sent back equally often."""

    times: int
    """0, 1, or 2 for twice and more."""
    fate: Fate


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """One role of the flow: what it cost, and its decisions in hindsight."""

    role: str
    visits: int
    failures: int
    mean_s: float
    """Seconds a visit, waiting included."""
    total_s: float
    tokens: int
    cost_usd: float
    unpriced_tokens: int
    """Those of ``tokens`` whose cost nobody knows: ``cost_usd`` is without them."""
    decisions: tuple[DecisionRecord, ...]
    rounds: tuple[RoundsRecord, ...]
    """Empty for a role that never sent an experiment back to another role."""
    overrode: int
    """Experiments that it ended though the referee would have had them kept."""
    overrode_gain: float | None
    """Mean gain of those by the referee's last estimate."""
    asked_again: int
    """Times that it had something measured again."""
    changed_verdict: int
    """Those of them after which the referee said something else."""
    idle: bool
    """Every experiment would have ended as it did without its decisions: it changed no code, set no
    title or plan, sent nothing back, had nothing measured again, led all the same way, and ended
    only what the referee would have refused. Its notes may have told others something."""


@dataclass(frozen=True, slots=True)
class OrgRecord:
    """An organization over a run, over one generation of it, or since some experiment."""

    generation: int | None
    """None for all."""
    assigned: int
    """Experiments begun, those in flight included."""
    fate: Fate
    """Of those that have finished."""
    overruled: int
    """Keeps that a person made against the referee."""
    simplified: int
    """Keeps of what is as good and has less code."""
    endings: tuple[Ending, ...]
    """Where experiments ended before the bench, the most frequent first."""
    crashes: tuple[CrashCause, ...]
    """The most frequent first."""
    noise_sd: float | None
    """Of one measurement, over the run; ``effect_sd`` contains it. None where it is not known."""
    bench_s: float
    """On the bench, for the experiments of this record, those in flight included."""
    tokens: int
    cost_usd: float
    unpriced_tokens: int
    roles: tuple[RoleRecord, ...]
    """Roles of the flow, in the order in which walks come to them."""

    @property
    def running(self) -> int:
        """Experiments in flight."""
        return self.assigned - self.fate.experiments

    @property
    def bench_s_per_measured(self) -> float | None:
        """Bench seconds for each experiment that was measured; None where none was."""
        return self.bench_s / self.fate.measured if self.fate.measured else None
