"""A Markdown file, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """Frontmatter as plain data, the text below it, and where in the file each of them stands."""

    path: str
    """As problems name it."""
    keys: Mapping[str, object]
    """Mappings are dicts, sequences lists; dates stay the text that was written."""
    body: str
    """Without the blank lines that it begins and ends with; lines end in ``\\n``."""
    body_line: int
    """The line of the file on which ``body`` begins, counted from 1."""
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """The line of each key and of each entry of a list, by its path."""

    def line(self, dotted_key: str) -> int | None:
        """The line of ``limits.cpu``, else that of the nearest key above it that exists.

        None where not even the first part is there. An entry of a list is ``editable.0``.
        """
        return self.line_at(tuple(dotted_key.split(".")))

    def line_at(self, key: tuple[str, ...]) -> int | None:
        """As :meth:`line`, for keys that may hold dots themselves."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key[:-1]
        return None
