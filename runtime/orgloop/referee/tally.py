"""A case reduced to the few sums that the posterior needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from orgloop.referee.protocol import Case, Reign, Sample, oriented
from orgloop.referee.seeds import Noise, noise_of

REIGNS = 40
"""How many incumbents back the posterior looks: what came before is in their values."""
REFUSED = 200
"""How many discarded candidates of one incumbent it looks at."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of ``n`` measurements, more is better."""

    n: int
    value: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Refused candidates of one incumbent that were measured equally often."""

    n: int
    """Measurements of each."""
    count: int
    value: float
    """Mean of their means."""
    squares: float
    """Sum of squared deviations of their means."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One reign: the incumbent's mean and the clusters that it beat."""

    incumbent: Mean
    refused: Sequence[Cluster]


@dataclass(frozen=True, slots=True)
class Tally:
    """All that a significant ruling rests on, oriented so that more is better."""

    noise: Noise
    chapters: Sequence[Chapter]
    candidate: Mean | None
    effects: Sequence[float]
    """Gains of earlier candidates, where no lineage was given."""
    seen: int
    """Earlier candidates that the prior is learned from."""
    paired: bool
    """Whether seeds' shifts were taken out."""


def tally(case: Case, shifts: Mapping[int, float] = MappingProxyType({})) -> Tally:
    """Orient, subtract what the seeds share, set the reigns apart."""
    lineage = lineage_of(case)
    candidate = Group(case.candidate, case.goal, shifts)
    reigns = [
        (Group(r.samples, case.goal, shifts), [Group(x, case.goal, shifts) for x in r.refused])
        for r in lineage
    ]
    groups = [candidate, *(group for own, refused in reigns for group in (own, *refused))]
    values = [group.values for group in groups]
    if not case.lineage:
        values += [list(group) for group in case.history]
    effects = () if case.lineage else _clip(case.effects)
    return Tally(
        noise=noise_of(values, spent=max(len(shifts) - 1, 0)),
        chapters=_chapters([(own.mean, [g.mean for g in refused]) for own, refused in reigns]),
        candidate=candidate.mean if candidate.values else None,
        effects=effects,
        seen=len(reigns) - 1 + len(effects) + sum(len(refused) for _, refused in reigns),
        paired=bool(shifts),
    )


def lineage_of(case: Case) -> Sequence[Reign]:
    """The reigns that count, in the metric's own orientation."""
    if not case.lineage:
        return [Reign(case.incumbent)]
    return [Reign(r.samples, r.refused[-REFUSED:]) for r in case.lineage[-REIGNS:]]


class Group:
    """One commit's values, more is better, seeds' shifts taken out."""

    def __init__(self, samples: Sequence[Sample], goal: str, shifts: Mapping[int, float]) -> None:
        """``shifts`` are in the oriented scale."""
        sign = oriented(1.0, goal)
        if shifts:
            self.values = [sign * s.value - shifts.get(s.seed, 0.0) for s in samples]
        else:
            self.values = [sign * s.value for s in samples]

    @property
    def mean(self) -> Mean:
        """Its mean; the group may not be empty."""
        if len(self.values) == 1:
            return Mean(1, self.values[0])
        return Mean(len(self.values), sum(self.values) / len(self.values))


def _chapters(reigns: Sequence[tuple[Mean, list[Mean]]]) -> list[Chapter]:
    """Clusters, with disasters pulled in: a diverged run must not teach that anything goes."""
    floor = _floor([mean.value - own.value for own, refused in reigns for mean in refused])
    return [
        Chapter(own, _clusters([Mean(m.n, max(m.value, own.value + floor)) for m in refused]))
        for own, refused in reigns
    ]


def _clusters(means: Sequence[Mean]) -> list[Cluster]:
    clusters = []
    for n in sorted({mean.n for mean in means}):
        values = [mean.value for mean in means if mean.n == n]
        centre = sum(values) / len(values)
        squares = sum((value - centre) ** 2 for value in values)
        clusters.append(Cluster(n, len(values), centre, squares))
    return clusters


def _clip(effects: Sequence[float]) -> tuple[float, ...]:
    floor = _floor(effects)
    return tuple(max(effect, floor) for effect in effects[-REFUSED:])


def _floor(gaps: Sequence[float]) -> float:
    """Three robust standard deviations below the median; none with fewer than four gaps."""
    if len(gaps) < 4:
        return float("-inf")
    centre = median(gaps)
    return centre - 3 * 1.4826 * median(abs(gap - centre) for gap in gaps)
