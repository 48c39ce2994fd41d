"""Reading what clients print: one JSON object a line, among lines that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from orgloop.engines.protocol import Json


def objects(output: str) -> Iterator[Mapping[str, Json]]:
    """The objects, in order."""
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict):
                yield found


def part(found: Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    """The object at a path; empty where there is none."""
    for key in path:
        inner = found.get(key)
        if not isinstance(inner, Mapping):
            return {}
        found = inner
    return found


def text(found: Mapping[str, Json], key: str) -> str:
    """The text under a key; empty where there is none."""
    value = found.get(key)
    return value if isinstance(value, str) else ""


def count(found: Mapping[str, Json], key: str) -> int:
    """The whole number under a key; 0 where there is none that makes sense."""
    value = found.get(key)
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if whole and isinstance(value, int) else 0


def dollars(found: Mapping[str, Json], key: str) -> float | None:
    """The amount under a key; None where there is none that makes sense.

    Nothing is no amount either: clients say 0 of a model whose price they do not know.
    """
    value = found.get(key)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and isinstance(value, (int, float)) and 0 < value < 1e6 else None
