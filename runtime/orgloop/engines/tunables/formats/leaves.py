"""Makes candidates of the scalars of a configuration file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from orgloop.engines.tunables.candidate import Candidate, RefusedFileError, Value
from orgloop.engines.tunables.comments import SILENT, read_comment
from orgloop.engines.tunables.decoded import Decoded
from orgloop.engines.tunables.names import by_element

_MOST = 400
_COMMENT = re.compile(rb"[ \t]*[,}\])]*[ \t]*(#[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar of a configuration file."""

    path: tuple[str, ...]
    """Keys and list positions from the root."""
    start: int
    """Where it begins in the file's UTF-8 text."""
    end: int
    value: Value
    in_list: bool = False
    """An element of a list of scalars."""


def candidates(source: Decoded, leaves: Iterable[Leaf], *, comments: bool) -> tuple[Candidate, ...]:
    """The candidates of ``leaves``; raises :class:`RefusedFileError` for a file full of data."""
    found: list[Candidate] = []
    for leaf in leaves:
        name = ".".join(leaf.path)
        if not name or (leaf.in_list and not by_element(".".join(leaf.path[:-1]))):
            continue
        if len(found) >= _MOST:
            raise RefusedFileError(f"it holds more than {_MOST} values, so it is data")
        text = source.utf8[leaf.start : leaf.end].decode("utf-8")
        said = SILENT
        if comments and (beside := _COMMENT.match(source.utf8, leaf.end)):
            said = read_comment(beside[1].decode("utf-8"))
        found.append(
            Candidate(
                name=name,
                start=source.byte(leaf.start),
                end=source.byte(leaf.end),
                line=source.utf8.count(b"\n", 0, leaf.start) + 1,
                text=text,
                value=leaf.value,
                given=said.given,
                never="a comment says it is fixed" if said.fixed else None,
                remark=said.nearly,
            )
        )
    counts = Counter(candidate.name for candidate in found)
    return tuple(
        replace(candidate, never="its name occurs more than once in the file")
        if counts[candidate.name] > 1
        else candidate
        for candidate in sorted(found, key=lambda candidate: candidate.start)
    )
