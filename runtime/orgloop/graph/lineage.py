"""The run's incumbents and what each of them beat: what the referee learns noise and effects from.

Read from the ledger once, when a session first rules, and kept up as experiments end; bounded, so
that a ruling costs the same however long the run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from orgloop.ledger import IncumbentRow, Ledger, MeasurementRow
from orgloop.referee import Reign, Sample

REIGNS = 40
REFUSED = 200
"""Incumbents that are remembered, and beaten candidates of each: the latest."""


@dataclass(slots=True)
class _Reign:
    commit: str
    refused: deque[tuple[Sample, ...]] = field(default_factory=lambda: deque(maxlen=REFUSED))


class Lineage:
    """One run's; every method reads the ledger and belongs on its thread."""

    def __init__(self, ledger: Ledger, run: str, seed_of: Callable[[MeasurementRow], int]) -> None:
        self._ledger = ledger
        self._run = run
        self._seed_of = seed_of
        self._reigns: deque[_Reign] | None = None

    def samples(self, commit: str) -> tuple[Sample, ...]:
        """What a commit has measured, oldest first; audits left out."""
        return self._samples(self._ledger.measurements.of_commit(self._run, commit))

    def until(self, incumbent: IncumbentRow) -> list[Reign]:
        """Every reign up to that of ``incumbent``, oldest first."""
        found: list[Reign] = []
        for reign in self._known():
            found.append(Reign(self.samples(reign.commit), tuple(reign.refused)))
            if reign.commit == incumbent.commit:
                break
        return found

    def refuse(self, experiment: str, base: str, commit: str | None) -> None:
        """An experiment has ended on ``base`` without being kept."""
        if commit is not None and self._reigns is not None:
            self._add(self._reigns, experiment, base, commit)

    def crown(self, commit: str) -> None:
        """A commit has become the incumbent."""
        if self._reigns is not None:
            self._reigns.append(_Reign(commit))

    def _known(self) -> deque[_Reign]:
        if self._reigns is None:
            self._reigns = self._read()
        return self._reigns

    def _read(self) -> deque[_Reign]:
        rows = self._ledger.incumbents.all(self._run)[-REIGNS:]
        reigns = deque((_Reign(row.commit) for row in rows), maxlen=REIGNS)
        for row in self._ledger.experiments.finished(self._run):
            if row.status == "discard" and row.commit is not None:
                self._add(reigns, row.id, row.base, row.commit)
        return reigns

    def _add(self, reigns: deque[_Reign], experiment: str, base: str, commit: str) -> None:
        reign = next((reign for reign in reigns if reign.commit == base), None)
        if reign is None:
            return
        rows = self._ledger.measurements.of(self._run, experiment)
        if samples := self._samples([row for row in rows if row.commit == commit]):
            reign.refused.append(samples)

    def _samples(self, rows: Sequence[MeasurementRow]) -> tuple[Sample, ...]:
        return tuple(
            Sample(self._seed_of(row), row.value)
            for row in rows
            if row.value is not None and row.status == "ok" and row.kind != "audit"
        )
