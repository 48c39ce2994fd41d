"""When a limit resets, from the sentences in which clients say so.

The forms are those of the versions named in docs/engines.md; what is not recognized is waited for
without a time.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d))?"
_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>am|pm)?"
_AT = re.compile(
    rf"(?:resets?|again)\s+(?:at\s+|on\s+)?(?:{_DAY}(?:,|\s+at)?\s+)?{_CLOCK}"
    r"(?:\s*\((?P<zone>[\w/+-]+)\))?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"limit reached\|(\d{10})\b", re.IGNORECASE)
_IN = re.compile(r"(?:again|resets?)\s+in\s+((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?)+)", re.IGNORECASE)
_SPAN = re.compile(r"([\d.]+)\s*(ms|d|h|m|s)[a-z]*", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def reset_time(text: str, now: float | None = None) -> float | None:
    """Unix time at which the limit in ``text`` resets; None where it does not say.

    A time of day is the next one; without a zone it is this machine's.
    """
    now = time.time() if now is None else now
    if (epoch := _EPOCH.search(text)) is not None:
        return float(epoch[1])
    if (span := _IN.search(text)) is not None:
        parts = _SPAN.findall(span[1])
        if parts:
            return now + sum(float(n) * _SECONDS[unit.lower()] for n, unit in parts)
    if (at := _AT.search(text)) is not None:
        return _next(at, now)
    return None


def _next(at: re.Match[str], now: float) -> float | None:
    zone = _zone(at["zone"])
    today = datetime.fromtimestamp(now, zone)
    hour = int(at["hour"])
    if at["half"] and hour <= 12:
        hour = hour % 12 + (12 if at["half"].lower() == "pm" else 0)
    try:
        moment = today.replace(hour=hour, minute=int(at["minute"] or 0), second=0, microsecond=0)
        if at["month"]:
            month = 1 + _MONTHS.index(at["month"].lower())
            year = int(at["year"] or today.year)
            moment = moment.replace(year=year, month=month, day=int(at["day"]))
            if moment < today - timedelta(days=1) and not at["year"]:
                moment = moment.replace(year=year + 1)
        elif moment <= today:
            moment += timedelta(days=1)
    except ValueError:
        return None
    return moment.timestamp()


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
