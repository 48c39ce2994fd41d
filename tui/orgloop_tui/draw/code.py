"""The colours of a role file or a charter: YAML in front, Markdown with Jinja2 and Mermaid below.

Line by line and by eye, as an editor needs it: nothing here decides what a file means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """Characters ``start`` to ``end`` of a line, and their style."""

    start: int
    end: int
    style: str


_KEY = re.compile(r"^(\s*(?:- )?)([\w.\-]+|\"[^\"]*\")(:)(?=\s|$)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_HEADING = re.compile(r"^#{1,6} .*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])(?= )")
_QUOTE = re.compile(r"^\s*>.*$")
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})\s*(\w*)")
_INLINE = (
    (re.compile(r"`[^`]+`"), "good"),
    (re.compile(r"\*\*[^*]+\*\*"), "bold"),
    (re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"), "person"),
)
_ARROW = re.compile(r"-{2,}>|&|\|[^|]*\||-- .*? --+>")
_HEADER = re.compile(r"^\s*(flowchart|graph)\b.*$")


def marks(lines: Sequence[str]) -> list[list[Mark]]:
    """The marks of every line."""
    found: list[list[Mark]] = []
    front = bool(lines) and lines[0].lstrip("\ufeff").rstrip() == "---"
    inside = front
    fence, language = "", ""
    for number, line in enumerate(lines):
        if inside:
            if line.rstrip() == "---":
                found.append([Mark(0, len(line), "axis")])
                inside = number == 0
            else:
                found.append(_yaml(line))
            continue
        edge = _FENCE.match(line)
        if edge is not None and (not fence or line.strip() == fence):
            fence, language = ("", "") if fence else (edge[1], edge[2])
            found.append([Mark(0, len(line), "arrow")])
        elif fence:
            found.append(_mermaid(line) if language == "mermaid" else [Mark(0, len(line), "good")])
        else:
            found.append(_markdown(line))
    return found


def _yaml(line: str) -> list[Mark]:
    spans = []
    key = _KEY.match(line)
    if key is not None:
        spans = [Mark(key.start(2), key.end(2), "key"), Mark(key.start(3), key.end(3), "arrow")]
    comment = _COMMENT.search(line)
    if comment is not None:
        spans.append(Mark(comment.start(), comment.end(), "dim"))
    return spans


def _markdown(line: str) -> list[Mark]:
    if _HEADING.match(line):
        return [Mark(0, len(line), "busy bold")]
    spans = [Mark(0, len(line), "dim")] if _QUOTE.match(line) else []
    item = _ITEM.match(line)
    if item is not None:
        spans.append(Mark(item.start(), item.end(), "key"))
    for pattern, style in _INLINE:
        spans += [Mark(hit.start(), hit.end(), style) for hit in pattern.finditer(line)]
    return spans


def _mermaid(line: str) -> list[Mark]:
    if _HEADER.match(line) or line.lstrip().startswith("%%"):
        return [Mark(0, len(line), "dim")]
    return [Mark(hit.start(), hit.end(), "key") for hit in _ARROW.finditer(line)]
