"""The generations of a run, and what came about under each."""

from __future__ import annotations

import difflib
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.ledger import AmendmentRow, GenerationRow, IncumbentRow, Ledger, ledger_path
from orgloop.ledger.attribution import gains_of
from orgloop_tui.model.line import Line


@dataclass(frozen=True, slots=True)
class Record:
    """What git and the ledger hold of a run's organizations, oldest first."""

    generations: tuple[GenerationRow, ...] = ()
    amendments: tuple[AmendmentRow, ...] = ()
    standing: int | None = None
    """The generation that the next experiment begins under."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, counted."""

    row: GenerationRow
    standing: bool
    experiments: int = 0
    """Those that have finished under it."""
    kept: int = 0
    crashed: int = 0
    progress: float = 0.0
    """What its keeps moved the value on the record by, in the metric's units; positive is better.
    Those that a person made against the referee are left out."""
    each: float | None = None
    """Progress for each finished experiment."""
    each_stderr: float | None = None
    tokens: int = 0
    cost_usd: float = 0.0
    amendment: AmendmentRow | None = None


def read_record(lab: Path, run: str) -> Record:
    """Read a run's generations and amendments. Raises LedgerError."""
    path = ledger_path(lab)
    if not path.is_file():
        return Record()
    with Ledger.read_only(path) as ledger:
        standing = ledger.generations.standing(run)
        return Record(
            tuple(ledger.generations.all(run)),
            tuple(ledger.amendments.all(run)),
            standing.number if standing is not None else None,
        )


def counted(
    record: Record, finished: Sequence[Line], incumbents: Sequence[IncumbentRow], *, minimize: bool
) -> list[Generation]:
    """Every generation with what came about under it, oldest first."""
    gains = gains_of(incumbents, "minimize" if minimize else "maximize")
    under: dict[int, list[Line]] = {}
    for line in finished:
        under.setdefault(line.generation, []).append(line)
    amendments = {row.generation: row for row in record.amendments if row.generation is not None}
    return [
        _counted(row, under.get(row.number, ()), gains, amendments.get(row.number), record.standing)
        for row in record.generations
    ]


def _counted(
    row: GenerationRow,
    lines: Sequence[Line],
    gains: Mapping[str, float],
    amendment: AmendmentRow | None,
    standing: int | None,
) -> Generation:
    each = [0.0 if line.overruled else gains.get(line.id, 0.0) for line in lines]
    spread = statistics.stdev(each) / len(each) ** 0.5 if len(each) > 1 else None
    return Generation(
        row,
        standing == row.number,
        experiments=len(lines),
        kept=sum(line.status == "keep" for line in lines),
        crashed=sum(line.status == "crash" for line in lines),
        progress=sum(each),
        each=statistics.fmean(each) if each else None,
        each_stderr=spread,
        tokens=sum(line.tokens for line in lines),
        cost_usd=sum(line.cost_usd for line in lines),
        amendment=amendment,
    )


def changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    """A unified diff over all files, sorted by path."""
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield from difflib.unified_diff(
                _lines(old, path),
                _lines(new, path),
                path if path in old else "/dev/null",
                path if path in new else "/dev/null",
                lineterm="",
            )


def _lines(files: Mapping[str, bytes], path: str) -> list[str]:
    return files.get(path, b"").decode("utf-8", errors="replace").splitlines()
