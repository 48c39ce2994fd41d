"""Times and sizes as people write them: ``6s``, ``1h 30min``, ``2GB``, ``512 MiB``.

A bare number is seconds, or bytes. Powers of 1000 and of 1024 are both read as 1024, since a
person who writes ``2GB`` for a memory limit means what the machine calls two gigabytes.
"""

from __future__ import annotations

import math
import re
from typing import Annotated

from pydantic import BeforeValidator

_NUMBER = r"(\d+(?:\.\d+)?)"
_TIME = re.compile(rf"\s*{_NUMBER}\s*([a-z]*)", re.IGNORECASE)
_SIZE = re.compile(rf"\s*{_NUMBER}\s*([kmgt]?)(i?b)?\s*", re.IGNORECASE)
_SECONDS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}


def seconds(written: object) -> float:
    """A positive time in seconds; raises ValueError on anything else."""
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        total = float(written)
    elif isinstance(written, str) and written.strip():
        total, position = 0.0, 0
        while position < len(written.rstrip()):
            part = _TIME.match(written, position)
            if part is None or part[2].lower() not in _SECONDS:
                raise ValueError(f"`{written}` is not a time; write it as `90s`, `10min` or `2h`")
            total += float(part[1]) * _SECONDS[part[2].lower()]
            position = part.end()
    else:
        raise ValueError("a time is a number of seconds, or text such as `90s`, `10min` or `2h`")
    if not (math.isfinite(total) and total > 0):
        raise ValueError("a time must be more than zero")
    return total


def size(written: object) -> int:
    """A positive size in bytes; raises ValueError on anything else."""
    if isinstance(written, int) and not isinstance(written, bool):
        total = written
    elif isinstance(written, str) and (match := _SIZE.fullmatch(written)):
        total = int(float(match[1]) * 1024 ** " kmgt".index(match[2].lower() or " "))
    else:
        raise ValueError("a size is a number of bytes, or text such as `512MB` or `2GB`")
    if total <= 0:
        raise ValueError("a size must be more than zero")
    return total


Seconds = Annotated[float, BeforeValidator(seconds, json_schema_input_type=float | str)]
Bytes = Annotated[int, BeforeValidator(size, json_schema_input_type=int | str)]
