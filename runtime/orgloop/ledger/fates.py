"""What came of some walks, counted."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable

from orgloop.ledger.families import cause_name
from orgloop.ledger.org_record import CrashCause, Ending, Fate
from orgloop.ledger.turns import Stop, ended_at
from orgloop.ledger.walks import Walk


def fate(walks: Iterable[Walk]) -> Fate:
    """Of those that have finished; the others are left out."""
    done = [walk for walk in walks if walk.finished]
    effects = [walk.effect for walk in done if walk.effect is not None]
    return Fate(
        experiments=len(done),
        measured=sum(walk.measured for walk in done),
        kept=sum(walk.kept for walk in done),
        crashed=sum(walk.status == "crash" for walk in done),
        effects=len(effects),
        effect_mean=statistics.fmean(effects) if effects else None,
        effect_median=statistics.median(effects) if effects else None,
        effect_sd=statistics.stdev(effects) if len(effects) > 1 else None,
    )


def endings(walks: Iterable[Walk]) -> tuple[Ending, ...]:
    """Where walks were discarded before anything was measured, the most frequent first."""
    counts: Counter[Stop] = Counter()
    for walk in walks:
        stop = None if walk.measured else ended_at(walk)
        if stop is not None:
            counts[stop] += 1
    return tuple(
        Ending(stop.node, stop.decision, stop.why, count) for stop, count in counts.most_common()
    )


def crashes(walks: Iterable[Walk]) -> tuple[CrashCause, ...]:
    """Causes of crashes, the most frequent first."""
    counts = Counter(cause_name(walk.reason) for walk in walks if walk.status == "crash")
    return tuple(CrashCause(cause, count) for cause, count in counts.most_common())
