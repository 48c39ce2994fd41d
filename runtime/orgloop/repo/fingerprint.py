"""A hash of what a change says, so that the same change on the same base is recognised.

White space, blank lines and (in Python) comments do not count. A change is taken as its path, the
place among the lines that count, and the lines that went and came; so it is also the same change
on another base, as long as nothing moved above it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from orgloop.repo.diff import Differing, common_ends
from orgloop.repo.lru import Lru
from orgloop.repo.trees import GITLINK, Entry

_LARGEST = 2**20
_MOST_LINES, _LOOK_BACK = 200, 400
"""Lines of one hunk that are given places, and lines above one that are searched for its name."""
_ASSIGNED = re.compile(r"""\s*["']?([A-Za-z_][\w.-]*)["']?\s*(?:=(?!=)|:(?=[^=]*=|\s*["'\d\-]))""")
_DEFINED = re.compile(r"\s*(?:async )?(?:def|class|function|fn) ([A-Za-z_]\w*)")

# Strings are kept as they are, comments dropped, blanks around operators dropped, others single.
# Leading blanks of a line stay: in Python they mean something.
_PYTHON = re.compile(
    r"""
    (?P<string> '{3}(?:\\.|[^\\])*?'{3} | "{3}(?:\\.|[^\\])*?"{3}
              | '(?:\\.|[^\\'\n])*' | "(?:\\.|[^\\"\n])*" )
  | (?P<comment> [ \t]*\#[^\n]* )
  | (?P<operator> (?<=\S)(?:[ \t]|\\\n)*(?P<sign>[-+*/=<>,:()\[\]{}|&^%@!])(?:[ \t]|\\\n)* )
  | (?P<blank> (?<=\S)(?:[ \t]|\\\n)+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def _replacement(match: re.Match[str]) -> str:
    if match["string"] is not None:
        # A line feed within a string is part of it and must not be taken for a line's end.
        return match["string"].replace("\n", "\0")
    if match["comment"] is not None:
        return ""
    if match["operator"] is not None:
        return match["sign"]
    return " "


def python_lines(text: str) -> tuple[str, ...]:
    """The lines of Python source that count, without comments and idle white space."""
    plain = _PYTHON.sub(_replacement, text.replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(line.rstrip() for line in plain.split("\n") if line.strip())


def plain_lines(text: str) -> tuple[str, ...]:
    """The lines of any other text, runs of blanks made single, blank lines dropped."""
    lines = (re.sub(r"(?<=\S)[ \t]+", " ", line.rstrip()) for line in text.splitlines())
    return tuple(line for line in lines if line)


def places_of(lines: Sequence[str], first: int, last: int) -> Iterator[str]:
    """What the lines from ``first`` up to ``last`` belong to, a name for each line.

    That is the name that a line gives a value to (``LR = 0.1``, ``lr: 0.1``), else the function or
    class that it stands in, else nothing: the empty text.
    """
    for at in range(first, min(last, first + _MOST_LINES)):
        named = _ASSIGNED.match(lines[at]) or _DEFINED.match(lines[at])
        yield named[1] if named else _around(lines, at)


def _around(lines: Sequence[str], at: int) -> str:
    indent = len(lines[at]) - len(lines[at].lstrip())
    for line in reversed(lines[max(0, at - _LOOK_BACK) : at]):
        if len(line) - len(line.lstrip()) < indent and (found := _DEFINED.match(line)):
            return found[1]
    return ""


@dataclass(frozen=True, slots=True)
class Gist:
    """What a change is."""

    fingerprint: str
    """32 hexadecimal digits."""
    places: tuple[str, ...]
    """What it touches: ``train.py:LEARNING_RATE``, ``model.py:forward``, ``data.json``."""


class Fingerprints:
    """Fingerprints of changes; remembers each blob's normalised lines. Safe from any thread."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._lines: Lru[tuple[str, bool], tuple[str, ...]] = Lru(200_000)

    def of(self, differing: Differing) -> Gist:
        """A whole change; the fingerprints of equal ones are equal."""
        digest = hashlib.sha256()
        places: dict[str, None] = {}
        for path, was, now in differing:
            for part in self._file(path, was, now, places):
                digest.update(part.encode("utf-8", "surrogateescape"))
                digest.update(b"\0")
        return Gist(digest.hexdigest()[:32], tuple(places))

    def _file(
        self, path: str, was: Entry | None, now: Entry | None, places: dict[str, None]
    ) -> list[str]:
        python = path.endswith((".py", ".pyi"))
        old, new = self._normal(was, python), self._normal(now, python)
        modes = (was.mode if was else 0, now.mode if now else 0)
        said: list[str] = []
        if modes[0] != modes[1]:
            said.append(f"mode {modes[0]:o} {modes[1]:o}")
        start, end = common_ends(old, new)
        a, b = old[start : len(old) - end], new[start : len(new) - end]
        matcher = SequenceMatcher(None, a, b, autojunk=len(a) + len(b) > 4_000)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != "equal":
                said.append(f"@{i1 + start}")
                said += [f"-{line}" for line in a[i1:i2]]
                said += [f"+{line}" for line in b[j1:j2]]
                for lines, first, last in ((old, i1, i2), (new, j1, j2)):
                    for name in places_of(lines, first + start, last + start):
                        places[f"{path}:{name}" if name else path] = None
        return [f"file {path}", *said] if said else []

    def _normal(self, entry: Entry | None, python: bool) -> tuple[str, ...]:
        if entry is None:
            return ()
        found = self._lines.get((entry.blob, python))
        if found is not None:
            return found
        content = b"" if entry.mode == GITLINK else self._read(entry.blob)
        if entry.mode == GITLINK or b"\0" in content[:8_000] or len(content) > _LARGEST:
            lines: tuple[str, ...] = (entry.blob,)
        else:
            text = content.decode("utf-8", "replace")
            lines = python_lines(text) if python else plain_lines(text)
        return self._lines.put((entry.blob, python), lines, len(lines) + 1)
