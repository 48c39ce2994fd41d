"""How an organization has been doing: what an engine that amends it may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """One role's work in the run so far."""

    name: str
    visits: int
    ended: int = 0
    """Experiments that it ended before anything was measured."""
    mean_s: float = 0.0
    """Seconds of a visit."""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class PastAmendment:
    """An amendment that was tried."""

    move: str
    """The move's key, as its author named it; empty where nobody did."""
    title: str
    state: str
    """``refused``, ``probation``, ``kept``, ``reverted`` or ``withdrawn``."""
    chance: float | None = None
    """Probability of being better, when it was last looked at."""


@dataclass(frozen=True, slots=True)
class OrgRecord:
    """The run from the organization's side. Effects are first measured gains, positive better."""

    experiments: int = 0
    measured: int = 0
    kept: int = 0
    crashed: int = 0
    effects: Sequence[float] = ()
    """Of the latest experiments, newest first."""
    noise_sd: float | None = None
    bench_s: float = 0.0
    """Seconds that the bench spends on an experiment that is measured."""
    roles: Mapping[str, RoleRecord] = field(default_factory=dict)
    amendments: Sequence[PastAmendment] = ()
    """Newest first."""
