"""``orgloop org diff``: what changed from one generation to another."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from orgloop.cli.generations.pick import pick_generation
from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.ledger.plain import plain


def diff_command(
    lab: Path, generation: str | None, other: str | None, *, run: str | None = None
) -> int:
    """Print a unified diff; returns 0. Raises OrgloopError.

    With one generation, what it changed; with two, from the first to the second.
    """
    ledger = open_ledger(lab)
    row = None if ledger is None else pick_run(ledger, run)
    if ledger is None or row is None:
        remark(NOT_YET)
        return 0
    with ledger:
        first = pick_generation(ledger, row, generation)
        if other is not None:
            first, second = first, pick_generation(ledger, row, other)
        elif first.number == 1:
            remark("Generation 1 is the organization as the run found it.")
            return 0
        else:
            first, second = pick_generation(ledger, row, str(first.number - 1)), first
    from orgloop.repo import LabRepo

    with LabRepo.open(lab) as repo:
        old, new = repo.read_generation(first.commit), repo.read_generation(second.commit)
    lines = list(unified(old, new, f"g{first.number}", f"g{second.number}"))
    for line in lines:
        say(plain(line))
    if not lines:
        remark(f"Generations {first.number} and {second.number} are the same.")
    return 0


def unified(
    old: Mapping[str, bytes], new: Mapping[str, bytes], before: str, after: str
) -> Iterator[str]:
    """The lines of a unified diff over all files, sorted by path."""
    for path in sorted(old.keys() | new.keys()):
        yield from difflib.unified_diff(
            _lines(old, path),
            _lines(new, path),
            f"{before}/{path}" if path in old else "/dev/null",
            f"{after}/{path}" if path in new else "/dev/null",
            lineterm="",
        )


def _lines(files: Mapping[str, bytes], path: str) -> list[str]:
    return files.get(path, b"").decode("utf-8", errors="replace").splitlines()
