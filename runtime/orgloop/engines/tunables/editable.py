"""Which of the lab's files a task lets an experiment change.

A pattern is a path, a directory (``src`` or ``src/``: everything below it) or a glob in which
``*`` and ``?`` stop at a slash and ``**`` does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|[^*?\[]+|\[")


@lru_cache(maxsize=64)
def _pattern(editable: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_expression(glob)})" for glob in editable))


def _expression(glob: str) -> str:
    glob = glob.removeprefix("./").rstrip("/")
    pieces: list[str] = []
    for part in _PART.findall(glob):
        if part == "**/":
            pieces.append("(?:.*/)?")
        elif part == "**":
            pieces.append(".*")
        elif part == "*":
            pieces.append("[^/]*")
        elif part == "?":
            pieces.append("[^/]")
        elif len(part) > 2 and part[0] == "[":
            inner = part[1:-1].replace("\\", r"\\")
            pieces.append(f"[^{inner[1:]}]" if inner[0] == "!" else f"[{inner}]")
        else:
            pieces.append(re.escape(part))
    return "".join(pieces) + r"(?:/.*)?\Z"


def is_editable(path: str, editable: tuple[str, ...]) -> bool:
    """Whether ``path``, relative to the lab, is named by one of the patterns."""
    try:
        return _pattern(editable).match(path) is not None
    except re.error:
        return path in editable
