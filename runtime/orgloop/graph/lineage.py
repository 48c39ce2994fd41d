"""The run's incumbents and what each of them beat: what the referee learns noise and effects from.

Read from the ledger once, when a session first rules, and kept up as experiments end. Bounded, so
that a ruling costs the same however long the run: once it has grown to :data:`MOST` commits the
older half is let go at one stroke, since a referee that goes on from what it knows has to begin
anew wherever the beginning moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from orgloop.ledger import ExperimentRow, IncumbentRow, Ledger, MeasurementRow
from orgloop.ledger.kinds import APART
from orgloop.referee import Reign, Sample

MOST = 1000
"""Commits that are remembered, at most; half as many at least, once there were so many."""


@dataclass(slots=True)
class _Reign:
    commit: str
    claimed: bool
    refused: list[tuple[Sample, ...]] = field(default_factory=list)
    samples: tuple[Sample, ...] | None = None
    """Set once another has followed: what is measured of it then is no business of the search."""


class Lineage:
    """One run's; every method reads the ledger and belongs on its thread."""

    def __init__(self, ledger: Ledger, run: str, seed_of: Callable[[MeasurementRow], int]) -> None:
        self._ledger = ledger
        self._run = run
        self._seed_of = seed_of
        self._reigns: list[_Reign] | None = None

    def samples(self, commit: str) -> tuple[Sample, ...]:
        """What a commit has measured for the search, oldest first."""
        return self._samples(self._ledger.measurements.of_commit(self._run, commit))

    def until(self, incumbent: IncumbentRow) -> list[Reign]:
        """Every reign up to that of ``incumbent``, oldest first.

        Of one so long ago that it is no longer remembered, only what it measured itself. One that
        was vetoed comes last, as it did while it reigned.
        """
        found: list[Reign] = []
        reigns = self._known()
        for reign in reigns:
            samples = reign.samples or self.samples(reign.commit)
            if reign is not reigns[-1]:
                reign.samples = samples
            found.append(Reign(samples, tuple(reign.refused), reign.claimed))
            if reign.commit == incumbent.commit:
                return found
        vetoed = Reign(self.samples(incumbent.commit))
        return [*found, vetoed] if incumbent.withdrawn else [vetoed]

    def read_again(self) -> None:
        """A person has overturned what became of an experiment: what follows is read anew."""
        self._reigns = None

    def refuse(self, experiment: str, base: str, commit: str | None) -> None:
        """An experiment has ended on ``base`` without being kept."""
        if commit is not None and self._reigns is not None:
            self._refused(self._reigns, experiment, base, commit)

    def crown(self, commit: str, *, claimed: bool) -> None:
        """A commit has become the incumbent; ``claimed`` where it was kept as an improvement."""
        if self._reigns is not None:
            self._crowned(self._reigns, commit, claimed)

    def _known(self) -> list[_Reign]:
        if self._reigns is None:
            self._reigns = self._read()
        return self._reigns

    def _read(self) -> list[_Reign]:
        """The run again, as it went: the same commits are remembered as before a restart.

        What a person kept against the referee had finished long before it became the incumbent:
        it is crowned in its place in the line, before what was measured against it.
        """
        reigns: list[_Reign] = []
        finished = self._ledger.experiments.finished(self._run)
        claimed = {row.id: _claimed(row) for row in finished}
        coming = {row.commit: row for row in self._ledger.incumbents.all(self._run)}

        def crown_until(commit: str) -> None:
            while commit in coming:
                row = coming.pop(next(iter(coming)))
                self._crowned(reigns, row.commit, claimed.get(row.experiment, True))

        if coming:
            crown_until(next(iter(coming)))  # the baseline
        for row in finished:
            if row.commit is None:
                continue
            if row.status == "keep" and not row.overruled:
                crown_until(row.commit)
            elif row.status == "discard":
                crown_until(row.base)
                self._refused(reigns, row.id, row.base, row.commit)
        if coming:
            crown_until(next(reversed(coming)))
        return reigns

    def _crowned(self, reigns: list[_Reign], commit: str, claimed: bool) -> None:
        reigns.append(_Reign(commit, claimed))
        self._forget(reigns)

    def _refused(self, reigns: list[_Reign], experiment: str, base: str, commit: str) -> None:
        reign = next((reign for reign in reversed(reigns) if reign.commit == base), None)
        if reign is None:
            return
        rows = self._ledger.measurements.of(self._run, experiment)
        if samples := self._samples([row for row in rows if row.commit == commit]):
            reign.refused.append(samples)
            self._forget(reigns)

    def _forget(self, reigns: list[_Reign]) -> None:
        """Drop the older half where there is too much."""
        total = sum(1 + len(reign.refused) for reign in reigns)
        if total < MOST:
            return
        while len(reigns) > 1 and total - 1 - len(reigns[0].refused) >= MOST // 2:
            total -= 1 + len(reigns.pop(0).refused)
        if total > MOST // 2:
            del reigns[0].refused[: total - MOST // 2]

    def _samples(self, rows: Sequence[MeasurementRow]) -> tuple[Sample, ...]:
        return tuple(
            Sample(self._seed_of(row), row.value)
            for row in rows
            if row.value is not None and row.status == "ok" and row.kind not in APART
        )


def _claimed(row: ExperimentRow) -> bool:
    return not row.overruled and row.conceded is None
