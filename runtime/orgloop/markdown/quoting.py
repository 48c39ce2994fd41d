"""Single values as YAML writes them, for the frontmatter that we write ourselves."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[A-Za-z0-9_./~][^:#\[\]{},]*")
_PLAIN_LINE = re.compile(r"[A-Za-z0-9_./~](?:[^:#\s]|\S[:#](?=\S)|[ ](?!#))*")
_WORDS = re.compile(r"(?i)(true|false|yes|no|on|off|null|~|[-+.\d_]+(e[-+]?\d+)?|)")


def quoted(text: str, *, alone: bool = False) -> str:
    """Text as YAML: bare where that reads back as the same text, else in quotes.

    ``alone`` is whether it has a line to itself, where brackets and commas mean nothing.
    """
    bare = (_PLAIN_LINE if alone else _PLAIN).fullmatch(text)
    if bare and not _WORDS.fullmatch(text) and text == text.strip():
        return text
    if any(ord(letter) < 32 or 0x7F <= ord(letter) <= 0x9F for letter in text):
        return json.dumps(text)
    return "'" + text.replace("'", "''") + "'"


def quoted_list(texts: Sequence[str]) -> str:
    """A list in one line."""
    return f"[{', '.join(quoted(text) for text in texts)}]"
