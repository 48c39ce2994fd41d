"""What an audit found: the object behind `audit --json`, the page and the verdicts on record."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gain(_Part):
    """An improvement, in the metric's units; positive is better."""

    gain: float | None
    low: float | None = None
    high: float | None = None
    """Ends of the 95% interval; None where noise is not known or there is none."""
    p: float | None = None
    """Probability of a gain this large by chance, corrected for the comparisons beside it."""
    pairs: int = 0
    """Seeds on which both sides were measured."""


class ArmFinding(_Part):
    """What was measured of one commit."""

    name: str
    commit: str
    holdout: bool
    """Whether the hold-out scored it, and not the task's own evaluator."""
    values: tuple[float, ...]
    mean: float | None
    stderr: float | None
    crashed: int
    crash: str = ""
    """What the last crash was."""


class KeepFinding(_Part):
    """One kept experiment, claimed and verified."""

    experiment: str
    title: str
    verdict: str
    """``survived``, ``unclear`` (it looks better, which is not shown), ``failed`` (it does not
    even look better) or ``gone`` (a later keep undid it)."""
    how: str
    claimed: float | None
    claimed_stderr: float | None
    overruled: bool
    verified: Gain
    why: str
    needs: str | None = None
    """The keep without which it cannot be applied, where that one did not survive; empty where it
    is more than one."""


class MissFinding(_Part):
    """One near miss, on top of the best."""

    experiment: str
    title: str
    verdict: str
    """``better``, ``no better``, or ``untested``."""
    verified: Gain
    why: str


class AuditReport(_Part):
    """One finished audit."""

    run: str
    audit: int
    task: str
    metric: str
    goal: str
    baseline_commit: str
    best_commit: str
    runs: int
    """Of each commit, each on a seed of its own that no run was ever measured on."""
    bench_runs: int
    paired: bool
    """Whether the training code takes the bench's seed."""
    deterministic: bool
    self_reported: bool
    min_delta: float
    claimed: Gain
    """What the run has on record for its best, without what a person kept against the referee."""
    verified: Gain
    """Best over baseline, measured here."""
    is_verified: bool
    holdout: Gain | None
    """Best over baseline as the hold-out scores it; None where the task has none."""
    holdout_command: str | None
    is_verified_on_holdout: bool | None
    survivors_commit: str | None
    """What `orgloop apply` brings: the best, or the keeps that survived put together anew."""
    survivors: Gain | None
    """That over the baseline."""
    is_survivors_verified: bool | None
    keeps: tuple[KeepFinding, ...]
    misses: tuple[MissFinding, ...]
    arms: tuple[ArmFinding, ...]
    earlier_audits: int
    """Finished audits of the same commit before this one: whoever asks often is told yes once."""
    headline: str
