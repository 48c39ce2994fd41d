"""Whom progress came from: the gains of what was kept, shared out to roles and generations.

The gain of a keep is what it moved the incumbent's value on the record by. Those values are the
referee's, which are not biased by selection, so the gains of all keeps add up to the gain of the
run. Keeps that a person made against the referee are left out. :data:`RULE` says how a gain is
shared; it is a convention and no measurement: what would have come about without a role is not
known to anyone who has not tried.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orgloop.ledger.fates import fate
from orgloop.ledger.org_record import Fate
from orgloop.ledger.rows import IncumbentRow
from orgloop.ledger.turns import editors, planners, turns
from orgloop.ledger.walks import Walk

RULE = (
    "The gain of a keep is shared equally among the roles that set its title or plan and those "
    "whose change of the code is in it. Roles that only read get no share; every role that it "
    "came by was on its path."
)


@dataclass(frozen=True, slots=True)
class KeepRecord:
    """One experiment that was kept, and the roles on its way."""

    experiment: str
    generation: int
    gain: float
    """What it moved the incumbent's value by, in the metric's units; positive is better."""
    path: tuple[str, ...]
    """Roles that it came by, in the order of their first visits."""
    shapers: tuple[str, ...]
    """Those of them who share its gain: they set its title or plan, or changed its code."""
    editors: tuple[str, ...]
    """Those whose change of the code is in what was kept."""
    sent_back: tuple[str, ...]
    """Those that had sent it back."""


@dataclass(frozen=True, slots=True)
class RoleProgress:
    """What one role had to do with the run's progress."""

    role: str
    on_path: int
    """Keeps that came by it."""
    path_progress: float
    """Their gains together: each counts in full for every role on its path."""
    edited: int
    """Keeps that have a change of its in them."""
    sent_back: int
    """Keeps that it had sent back before."""
    share: float
    """Its part of the progress, by :data:`RULE`: the parts of all roles add up."""


@dataclass(frozen=True, slots=True)
class GenerationProgress:
    """What came about under one generation."""

    number: int
    fate: Fate
    """Of its experiments that have finished."""
    progress: float
    each: float
    """Progress for each finished experiment; 0 counts for what was not kept."""
    each_sd: float | None
    """Standard deviation of that over experiments; None for fewer than two."""
    bench_s: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """The progress of a run, shared out."""

    progress: float
    keeps: tuple[KeepRecord, ...]
    """Oldest first; overruled ones left out."""
    overruled: int
    roles: tuple[RoleProgress, ...]
    """The largest share first."""
    generations: tuple[GenerationProgress, ...]
    """Oldest first; those under which no experiment has finished are left out."""
    unshared: float
    """Progress of keeps of which no role is on record as having shaped them."""


def attribute(walks: Sequence[Walk], incumbents: Sequence[IncumbentRow], goal: str) -> Attribution:
    """Share out the progress of ``walks``; ``incumbents`` are all of the run's, oldest first.

    ``goal`` is ``minimize`` or ``maximize``.
    """
    gains = gains_of(incumbents, goal)
    kept = [walk for walk in walks if walk.kept and walk.id in gains]
    counted = [walk for walk in kept if not walk.overruled]
    keeps = tuple(_keep(walk, gains[walk.id]) for walk in counted)
    return Attribution(
        progress=sum(keep.gain for keep in keeps),
        keeps=keeps,
        overruled=len(kept) - len(counted),
        roles=_roles(keeps, walks),
        generations=_generations(walks, {keep.experiment: keep.gain for keep in keeps}),
        unshared=sum(keep.gain for keep in keeps if not keep.shapers),
    )


def gains_of(incumbents: Sequence[IncumbentRow], goal: str) -> dict[str, float]:
    """What each kept experiment moved the value on the record by; positive is better."""
    sign = -1.0 if goal == "minimize" else 1.0
    return {
        after.experiment: sign * (after.value - before.value)
        for before, after in itertools.pairwise(incumbents)
    }


def _keep(walk: Walk, gain: float) -> KeepRecord:
    path = tuple(dict.fromkeys(turn.visit.node for turn in turns(walk)))
    hands, plans = editors(walk), planners(walk)
    back = {turn.visit.node for turn in turns(walk) if turn.sent_back}
    return KeepRecord(
        experiment=walk.id,
        generation=walk.generation,
        gain=gain,
        path=path,
        shapers=tuple(role for role in path if role in hands or role in plans),
        editors=tuple(role for role in path if role in hands),
        sent_back=tuple(role for role in path if role in back),
    )


def _roles(keeps: Sequence[KeepRecord], walks: Iterable[Walk]) -> tuple[RoleProgress, ...]:
    names = dict.fromkeys(turn.visit.node for walk in walks for turn in turns(walk))
    found = [
        RoleProgress(
            role=role,
            on_path=sum(role in keep.path for keep in keeps),
            path_progress=sum(keep.gain for keep in keeps if role in keep.path),
            edited=sum(role in keep.editors for keep in keeps),
            sent_back=sum(role in keep.sent_back for keep in keeps),
            share=sum(keep.gain / len(keep.shapers) for keep in keeps if role in keep.shapers),
        )
        for role in names
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, -one.path_progress)))


def _generations(walks: Sequence[Walk], gains: dict[str, float]) -> tuple[GenerationProgress, ...]:
    under: dict[int, list[Walk]] = {}
    for walk in walks:
        under.setdefault(walk.generation, []).append(walk)
    found = []
    for number in sorted(under):
        done = [walk for walk in under[number] if walk.finished]
        each = [gains.get(walk.id, 0.0) for walk in done]
        if not done:
            continue
        found.append(
            GenerationProgress(
                number=number,
                fate=fate(done),
                progress=sum(each),
                each=statistics.fmean(each),
                each_sd=statistics.stdev(each) if len(each) > 1 else None,
                bench_s=sum(walk.bench_s for walk in done),
            )
        )
    return tuple(found)
