"""Fenced code blocks of a Markdown text, as CommonMark finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^\n]*)")


@dataclass(frozen=True, slots=True)
class Fence:
    """One block."""

    language: str
    """The first word behind the opening fence, lower case; often empty."""
    text: str
    line: int
    """The line of the opening fence, counted from 1 within the text that was searched."""
    end: int
    """The line of the closing fence, or the last line where there is none."""
    closed: bool


def fences(markdown: str) -> tuple[Fence, ...]:
    """Every fenced block, in order. A block within a block is text of the outer one."""
    found: list[Fence] = []
    lines = markdown.split("\n")
    number = 0
    while number < len(lines):
        opening = _OPENING.fullmatch(lines[number])
        number += 1
        if opening is None:
            continue
        indent, mark, info = len(opening[1]), opening[2], opening[3].strip()
        if mark[0] == "`" and "`" in info:
            continue  # inline code, not a fence
        closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
        start = number
        while number < len(lines) and not closing.fullmatch(lines[number]):
            number += 1
        closed = number < len(lines)
        inside = [_outdent(line, indent) for line in lines[start:number]]
        found.append(
            Fence(
                language=(info.split() or [""])[0].lower(),
                text="\n".join(inside),
                line=start,
                end=number + 1 if closed else number,
                closed=closed,
            )
        )
        number += closed
    return tuple(found)


def _outdent(line: str, indent: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(indent, spaces) :]
