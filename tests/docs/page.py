"""A page of the documentation as the tests read it.

Fences are what they say: ``console`` has commands on lines that begin with ``$ `` and output on the
others, ``bash`` is commands throughout; both are run, in order, in one directory for the page. A
comment on the line before a fence, which nobody sees on the page, says what else to do:

``<!-- file: PATH -->``     the fence is the content of that file, written when its turn comes
``<!-- not run: WHY -->``   the fence is for people

and ``<!-- run: COMMAND -->`` anywhere is a command that the page takes for granted.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_COMMENT = re.compile(r"<!-- (file|not run|run): (.*?) -->\s*")
_OPENING = re.compile(r"(`{3,})(\w*)\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fence."""

    line: int
    """Of its first line of content, counted from 1."""
    language: str
    text: str
    comment: tuple[str, str] | None
    """What stands before it: ``file``, ``not run`` or ``run``, and the rest."""


def blocks(page: Path) -> list[Block]:
    """Every fence of a page, and every ``run`` comment as a ``bash`` one."""
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at])
        if opening is not None:
            end = lines.index(opening[1], at + 1)
            before = _COMMENT.fullmatch(lines[at - 1]) if at else None
            comment = (before[1], before[2]) if before else None
            text = "\n".join(lines[at + 1 : end]) + "\n"
            found.append(Block(at + 2, opening[2], text, comment))
            at = end
        elif (said := _COMMENT.fullmatch(lines[at])) is not None and said[1] == "run":
            found.append(Block(at + 1, "bash", f"{said[2]}\n", None))
        at += 1
    return found


def commands(block: Block) -> list[tuple[int, str]]:
    """The commands of a block with their lines; empty for one that is not run."""
    if block.comment is not None and block.comment[0] == "not run":
        return []
    numbered = enumerate(block.text.splitlines(), block.line)
    if block.language == "console":
        return [(line, text[2:]) for line, text in numbered if text.startswith("$ ")]
    if block.language == "bash":
        return [(block.line, block.text)]
    return []


def script(page: Path) -> str:
    """All of a page's commands, and its files, as one script that stops at the first failure."""
    parts = ["set -e"]
    for block in blocks(page):
        if block.comment is not None and block.comment[0] == "file":
            path = shlex.quote(block.comment[1])
            parts.append(f"mkdir -p $(dirname {path})\ncat > {path} <<'END OF FILE'")
            parts.append(f"{block.text}END OF FILE")
        for line, command in commands(block):
            parts += [f"echo '+ {page.name}:{line}' >&2", command]
    return "\n".join(parts) + "\n"
