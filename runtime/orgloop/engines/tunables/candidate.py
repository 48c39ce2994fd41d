"""What a scan of one file finds, before the task has narrowed it: literals and where they stand.

A scan depends on the file's bytes alone, so it is kept by blob id, and after one of our own edits
it is carried over to the new bytes instead of being made again (:meth:`Scan.carried`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Value = bool | int | float | str
Scale = Literal["linear", "log", "one_minus"]
Language = Literal["python", "yaml", "toml", "json"]


@dataclass(frozen=True, slots=True)
class Given:
    """A range that a person or the code itself states; None where nothing is said."""

    how: str
    """Where it was stated, as a person reads it: ``the comment``, ``choices=``."""
    low: float | None = None
    high: float | None = None
    scale: Scale | None = None
    step: float | None = None
    choices: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One literal in a form that could be tuned."""

    name: str
    """Dotted below the file: ``LR``, ``config.model.depth``, ``--lr``, ``betas.0``."""
    start: int
    """First byte of the literal in the file."""
    end: int
    """One past its last byte."""
    line: int
    text: str
    """As it is written."""
    value: Value
    wants_float: bool = False
    """Declared a float (annotation, ``type=float``) though it may be written ``1``."""
    given: Given | None = None
    never: str | None = None
    """Why it may not be tuned whatever the task says; None where it may."""
    remark: str | None = None
    """What is odd about the comment beside it, for a person to mend."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Every candidate of one file in the order of its bytes."""

    candidates: tuple[Candidate, ...] = ()
    refused: str | None = None
    """Why the whole file is left alone; None where it was read."""

    def carried(self, edits: Mapping[str, tuple[str, Value, int]]) -> Scan:
        """The scan of the file after ``edits``: name to (new text, new value, new byte length)."""
        moved: list[Candidate] = []
        shift = 0
        for candidate in self.candidates:
            start, end = candidate.start + shift, candidate.end + shift
            edit = edits.get(candidate.name)
            if edit is None:
                moved.append(replace(candidate, start=start, end=end) if shift else candidate)
                continue
            text, value, length = edit
            moved.append(
                replace(candidate, start=start, end=start + length, text=text, value=value)
            )
            shift += length - (candidate.end - candidate.start)
        return Scan(tuple(moved))


class RefusedFileError(Exception):
    """A file is left alone as a whole; the message says why, for a note."""
