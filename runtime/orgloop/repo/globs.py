"""Path patterns as ``editable:`` and ``hidden:`` write them: gitignore's, with one difference.

========================  ======================================================================
``train.py``              that file; as a folder, everything in it
``model/``                everything in that folder
``model/*.py``            ``*``, ``?`` and ``[abc]`` stay within one folder
``**/*.py``               in the lab and in every folder; ``a/**/b`` and ``data/**`` as well
``!model/frozen.py``      taken out again; the last pattern that matches decides
``\\*``                    a backslash takes the next character literally
========================  ======================================================================

The difference: a pattern without a slash is anchored at the lab, so that ``editable: [train.py]``
does not also open ``vendor/train.py``. For what is hidden that caution points the other way, so
``Globs(patterns, floating=True)`` lets such a pattern match at any depth, as gitignore does.
A pattern with a wildcard does not open a whole folder by matching the folder's name, except where
it floats. A leading dot is an ordinary character. Matching is by exact case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WILD = re.compile(r"(?<!\\)[*?\[]")


class Globs:
    """A list of patterns, compiled; paths are relative to the lab, with forward slashes."""

    def __init__(self, patterns: Iterable[str], *, floating: bool = False) -> None:
        self.patterns = tuple(patterns)
        self._rules = _compile(self.patterns, floating)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def matches(self, path: str) -> bool:
        """Whether the last pattern that speaks of the path includes it."""
        for rule, wanted in self._rules:
            if rule.fullmatch(path):
                return wanted
        return False

    def names(self, path: str) -> bool:
        """Whether a pattern without a wildcard is exactly this path."""
        return path in {_plain(pattern) for pattern in self.patterns if not _WILD.search(pattern)}


def _plain(pattern: str) -> str:
    return pattern.removeprefix("./").lstrip("/").rstrip("/")


@lru_cache(maxsize=64)
def _compile(patterns: tuple[str, ...], floating: bool) -> tuple[tuple[re.Pattern[str], bool], ...]:
    rules = []
    for pattern in reversed(patterns):
        wanted = not pattern.startswith("!")
        body = pattern if wanted else pattern[1:]
        rooted = "/" in body.removeprefix("./").rstrip("/")
        text = _plain(body)
        if not text:
            continue
        regex = _translate(text)
        if floating and not rooted:
            regex = f"(?:.*/)?{regex}"
        if body.endswith("/"):
            regex += "/.+"
        elif floating or not _WILD.search(text):
            regex += "(?:/.+)?"
        rules.append((re.compile(regex, re.DOTALL), wanted))
    return tuple(rules)


def _translate(pattern: str) -> str:
    out, position = "", 0
    while position < len(pattern):
        rest = pattern[position:]
        at_start = position == 0 or pattern[position - 1] == "/"
        if at_start and rest.startswith("**/"):
            out, position = out + "(?:.*/)?", position + 3
        elif at_start and rest == "**":
            out, position = out + ".+", position + 2
        elif rest[0] == "*":
            out, position = out + "[^/]*", position + len(rest) - len(rest.lstrip("*"))
        elif rest[0] == "?":
            out, position = out + "[^/]", position + 1
        elif rest[0] == "[" and (found := re.match(r"\[([!^]?)(\]?[^\]/]*)\]", rest)):
            inner = re.sub(r"([\\\[&~|^])", r"\\\1", found[2]).replace("]", r"\]")
            out += f"(?!/)[{'^' if found[1] else ''}{inner}]"
            position += found.end()
        elif rest[0] == "\\" and len(rest) > 1:
            out, position = out + re.escape(rest[1]), position + 2
        else:
            out, position = out + re.escape(rest[0]), position + 1
    return out
