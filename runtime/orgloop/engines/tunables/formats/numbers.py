"""Decimal numbers as configuration files write them, the same in YAML, TOML and JSON."""

from __future__ import annotations

import math
import re

_INT = re.compile(r"[-+]?(?:0|[1-9](?:_?\d)*)")
_FLOAT = re.compile(r"[-+]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d+)(?:[eE][-+]?\d+)?")


def read_number(text: str) -> int | float | None:
    """The number that ``text`` is; None for hexadecimal, octal, dates, ``inf`` and the rest."""
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not re.fullmatch(r"[-+]?0\d+", text):
        number = float(text)
        return number if math.isfinite(number) else None
    return None
