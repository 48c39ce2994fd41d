"""Setting keys of a Markdown file's frontmatter, with everything else left as it was written."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

Plain = str | int | float | bool | Sequence[str] | None
_PARTS = re.compile(r"\A(---[ \t]*\n)(.*?)(^---[ \t]*(?:\n|\Z))", re.DOTALL | re.MULTILINE)


def with_keys(content: bytes, changes: Mapping[tuple[str, ...], Plain]) -> bytes | None:
    """``content`` with these keys set; None removes a key. Comments and order stay (ruamel.yaml).

    Returns None where the file cannot be rewritten so that nothing else changes: it is not UTF-8,
    has no frontmatter, or has other line ends than ``\\n``.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    parts = _PARTS.match(text)
    if parts is None or "\r" in text:
        return None
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    try:
        loaded = yaml.load(parts[2])
    except YAMLError:
        return None
    if not isinstance(loaded, CommentedMap):
        return None
    for path, value in changes.items():
        if not _set(loaded, path, value):
            return None
    out = io.StringIO()
    yaml.dump(loaded, out)
    return f"{parts[1]}{out.getvalue()}{text[parts.start(3) :]}".encode()


def _set(keys: CommentedMap, path: tuple[str, ...], value: Plain) -> bool:
    *above, last = path
    for key in above:
        below = keys.get(key)
        if below is None:
            if value is None:
                return True
            keys[key] = below = CommentedMap()
            below.fa.set_flow_style()
        if not isinstance(below, CommentedMap):
            return False
        keys = below
    if value is None:
        keys.pop(last, None)
    else:
        keys[last] = value if isinstance(value, (str, int, float)) else [*value]
    return True
