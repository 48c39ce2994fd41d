"""How an organization has been doing, and which of its decisions were right in hindsight."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.fates import crashes, endings, fate
from orgloop.ledger.org_record import DecisionRecord, OrgRecord, RoleRecord, RoundsRecord
from orgloop.ledger.runs import Runs
from orgloop.ledger.turns import SUPPORTS, Turn, turns
from orgloop.ledger.walks import Walk, Walks

_Taken = tuple[Walk, Turn]

RECENT = 200
"""Experiments that are told of where an organization is to be amended."""
MOST_ROUNDS = 2
"""Sent back so often, or more often: the last line of a role's rounds."""


class Hindsight:
    """Reads the part of the history that is asked for, once."""

    def __init__(self, database: Database, runs: Runs) -> None:
        self._walks = Walks(database)
        self._runs = runs
        self._database = database

    def record(
        self, run: str, *, generation: int | None = None, after: str | None = None
    ) -> OrgRecord:
        """The organization over the run, or over one ``generation``, or ``after`` an experiment.

        What other experiments of the run measured of a change that was turned away counts as
        evidence whatever part is asked for.
        """
        return org_record(
            self._walks.read(run, generation=generation, after=after),
            generation=generation,
            noise_sd=self._runs.counts(run).noise_sd,
            elsewhere=self.measured_changes(run),
        )

    def recent(self, run: str, experiments: int = RECENT) -> OrgRecord:
        """The organization over the latest ``experiments`` that were begun: bounded work."""
        begun = self._runs.counts(run).started
        after = codec.experiment_id(begun - experiments) if begun > experiments else None
        return self.record(run, after=after)

    def walks(self, run: str) -> list[Walk]:
        """Every walk of the run, in the order in which they began."""
        return self._walks.read(run)

    def measured_changes(self, run: str) -> Mapping[str, float]:
        """Mean first effect of each change that was measured, by its fingerprint."""
        rows = self._database.rows(
            "SELECT fingerprint, avg(effect) FROM experiments WHERE run = ? "
            "AND fingerprint IS NOT NULL AND effect IS NOT NULL GROUP BY fingerprint",
            (run,),
        )
        return dict(rows)


def org_record(
    walks: Sequence[Walk],
    *,
    generation: int | None = None,
    noise_sd: float | None = None,
    elsewhere: Mapping[str, float] | None = None,
) -> OrgRecord:
    """The record of ``walks``; ``elsewhere`` has the effects of measured changes by fingerprint."""
    return OrgRecord(
        generation=generation,
        assigned=len(walks),
        fate=fate(walks),
        overruled=sum(walk.overruled for walk in walks if walk.kept),
        simplified=sum(walk.simplified for walk in walks if walk.kept),
        endings=endings(walks),
        crashes=crashes(walks),
        noise_sd=noise_sd,
        bench_s=sum(walk.bench_s for walk in walks),
        tokens=sum(walk.tokens for walk in walks),
        cost_usd=sum(walk.cost_usd for walk in walks),
        unpriced_tokens=sum(walk.unpriced_tokens for walk in walks),
        roles=_roles(walks, elsewhere or {}),
    )


def _roles(walks: Sequence[Walk], elsewhere: Mapping[str, float]) -> tuple[RoleRecord, ...]:
    taken: dict[str, list[_Taken]] = {}
    places: dict[str, list[int]] = {}
    for walk in walks:
        for place, turn in enumerate(turns(walk)):
            role = turn.visit.node
            taken.setdefault(role, []).append((walk, turn))
            places.setdefault(role, []).append(place)
    order = sorted(taken, key=lambda role: (statistics.fmean(places[role]), role))
    return tuple(_role(role, taken[role], elsewhere) for role in order)


def _role(role: str, taken: Sequence[_Taken], elsewhere: Mapping[str, float]) -> RoleRecord:
    visits = [turn.visit for _, turn in taken]
    sent_back = any(turn.sent_back for _, turn in taken)
    overrode = [walk for walk, turn in taken if turn.ended and turn.call in SUPPORTS]
    again = [turn for _, turn in taken if turn.remeasured is not None]
    gains = [walk.gain for walk in overrode if walk.gain is not None]
    total = sum(visit.seconds for visit in visits)
    return RoleRecord(
        role=role,
        visits=len(visits),
        failures=sum(visit.failed for visit in visits),
        mean_s=total / len(visits),
        total_s=total,
        tokens=sum(visit.tokens for visit in visits),
        cost_usd=sum(visit.cost_usd for visit in visits),
        unpriced_tokens=sum(visit.unpriced_tokens for visit in visits),
        decisions=_decisions(taken, elsewhere),
        rounds=_rounds(taken) if sent_back else (),
        overrode=len(overrode),
        overrode_gain=statistics.fmean(gains) if gains else None,
        asked_again=len(again),
        changed_verdict=sum(turn.remeasured != turn.call for turn in again),
        idle=not (again or sent_back or any(_decided_it(walk, turn) for walk, turn in taken))
        and not _shared_out(taken)
        and not any(visit.changed or visit.planned for visit in visits),
    )


def _shared_out(taken: Sequence[_Taken]) -> bool:
    """Whether the role has led walks to different nodes, under one and the same generation."""
    ways: dict[int, set[str]] = {}
    for walk, turn in taken:
        if turn.onwards is not None:
            ways.setdefault(walk.generation, set()).add(turn.onwards)
    return any(len(nodes) > 1 for nodes in ways.values())


def _decided_it(walk: Walk, turn: Turn) -> bool:
    """Whether the walk might have ended otherwise, had the role passed it on.

    What was measured and the referee does not support is refused at `keep` whoever sends it there.
    """
    return turn.ended and (not walk.measured or turn.call in SUPPORTS)


def _decisions(
    taken: Sequence[_Taken], elsewhere: Mapping[str, float]
) -> tuple[DecisionRecord, ...]:
    """In the order in which they were first taken; visits that failed or were refused decided
    nothing."""
    by_label: dict[str | None, dict[str, Walk]] = {}
    ended: dict[str | None, list[Walk]] = {}
    for walk, turn in taken:
        if turn.visit.error:
            continue
        label = turn.visit.decision
        by_label.setdefault(label, {})[walk.id] = walk
        if turn.ended:
            ended.setdefault(label, []).append(walk)
    return tuple(
        _decision(label, list(walks.values()), ended.get(label, ()), elsewhere)
        for label, walks in by_label.items()
    )


def _decision(
    label: str | None,
    walks: Sequence[Walk],
    ended: Sequence[Walk],
    elsewhere: Mapping[str, float],
) -> DecisionRecord:
    unmeasured = [walk for walk in ended if not walk.measured]
    prints = [walk.fingerprint for walk in unmeasured if walk.fingerprint is not None]
    known = [elsewhere[found] for found in prints if found in elsewhere]
    return DecisionRecord(
        decision=label,
        fate=fate(walks),
        ended=len(ended),
        ended_unmeasured=len(unmeasured),
        seen_elsewhere=len(known),
        elsewhere_mean=statistics.fmean(known) if known else None,
    )


def _rounds(taken: Sequence[_Taken]) -> tuple[RoundsRecord, ...]:
    """The walks that came to a role, by how often it sent them back.

    Only of generations under which it sent any back: under the others they had no such arrow, or
    came at another time, when there was more or less left to gain.
    """
    times: Counter[str] = Counter()
    walks: dict[str, Walk] = {}
    compared = {walk.generation for walk, turn in taken if turn.sent_back}
    for walk, turn in taken:
        if walk.generation not in compared:
            continue
        times[walk.id] += turn.sent_back
        walks[walk.id] = walk
    groups: dict[int, list[Walk]] = {}
    for id, count in times.items():
        groups.setdefault(min(count, MOST_ROUNDS), []).append(walks[id])
    return tuple(RoundsRecord(count, fate(groups[count])) for count in sorted(groups))
