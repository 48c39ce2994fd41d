"""A unified diff as rows: what is added and removed, and the words of the code coloured."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from orgloop_tui.draw.spans import Row, Span, row

_ADDED, _REMOVED = "added", "removed"
_LONGEST = 400
"""Characters of a line that is coloured: a longer one is data."""
_WORDS = re.compile(
    r"""(?P<comment>\#.*)"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)"""
    r"""|(?P<number>\b\d[\w.]*)"""
    r"""|(?P<word>\w+)"""
)
_KEYWORDS = frozenset(keyword.kwlist)


def change_rows(diff: str) -> list[Row]:
    """The diff, a row to a line. It can be read without colours, too: the marks stay."""
    if not diff.strip():
        return [row(Span("It has changed nothing yet.", "dim"))]
    rows: list[Row] = []
    heading = True
    for line in diff.expandtabs(4).split("\n"):
        if line.startswith("diff "):
            heading = True
        if line.startswith("@@"):
            heading = False
            rows.append(row(Span(line, "hunk")))
        elif heading:
            rows.append(row(Span(line, "name bold" if line[:4] in ("--- ", "+++ ") else "dim")))
        elif line.startswith(("+", "-")):
            side = _ADDED if line[0] == "+" else _REMOVED
            rows.append((Span(line[0], f"{side} bold"), *_coloured(line[1:], f"{side}-line")))
        else:
            rows.append((Span(line[:1]), *_coloured(line[1:], "context")))
    return rows


def _coloured(text: str, base: str) -> Iterator[Span]:
    """The words of a line of Python, or of what looks like it."""
    at = 0
    for found in _WORDS.finditer(text) if len(text) <= _LONGEST else ():
        style = found.lastgroup or ""
        if style == "word":
            if found.group() not in _KEYWORDS:
                continue
            style = "keyword"
        if found.start() > at:
            yield Span(text[at : found.start()], base)
        yield Span(found.group(), f"{base} {style}")
        at = found.end()
    if at < len(text):
        yield Span(text[at:], base)
