"""Generations side by side: which lines differ, and how the experiments under them fared."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orgloop.errors import RepoError
from orgloop.ledger import GenerationRow
from orgloop.ledger.attribution import GenerationProgress
from orgloop.report.difference import Difference, Moments, difference, of_effects

ReadGeneration = Callable[[str], Mapping[str, bytes]]
"""The files of a generation's commit by path; raises RepoError."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """How one file of ``org/`` or ``roles/`` differs."""

    path: str
    lines: tuple[str, ...]
    """Lines that went, with ``-`` in front, and that came, with ``+``."""


@dataclass(frozen=True, slots=True)
class GenerationChange:
    """A generation against the one before it under which experiments have finished."""

    generation: int
    before: int
    author: str
    reason: str
    files: tuple[FileChange, ...] | None
    """None where git has one of the two no longer."""
    progress: Difference
    """Of the progress for each finished experiment."""
    effect: Difference | None
    """Of the mean first effect; None where one of them measured nothing."""


def compare_generations(
    generations: Sequence[GenerationProgress],
    rows: Sequence[GenerationRow],
    read: ReadGeneration | None,
) -> list[GenerationChange]:
    """Each generation after the first of ``generations``, against the one before it."""
    known = {row.number: row for row in rows}
    return [
        GenerationChange(
            generation=after.number,
            before=before.number,
            author=known[after.number].author,
            reason=known[after.number].reason,
            files=_files(known[before.number], known[after.number], read),
            progress=difference(_of_progress(before), _of_progress(after)),
            effect=of_effects(before.fate, after.fate),
        )
        for before, after in itertools.pairwise(generations)
        if before.number in known and after.number in known
    ]


def _of_progress(one: GenerationProgress) -> Moments:
    return one.fate.experiments, one.each, one.each_sd


def _files(
    before: GenerationRow, after: GenerationRow, read: ReadGeneration | None
) -> tuple[FileChange, ...] | None:
    if read is None:
        return None
    try:
        old, new = read(before.commit), read(after.commit)
    except RepoError:
        return None
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return tuple(FileChange(path, _changed(old.get(path), new.get(path))) for path in paths)


def _changed(old: bytes | None, new: bytes | None) -> tuple[str, ...]:
    before, after = _lines(old), _lines(new)
    found = difflib.unified_diff(before, after, lineterm="", n=0)
    return tuple(line for line in itertools.islice(found, 2, None) if not line.startswith("@@"))


def _lines(file: bytes | None) -> list[str]:
    return (file or b"").decode("utf-8", errors="replace").splitlines()
