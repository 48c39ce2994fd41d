"""When a limit resets, from the headers of the answer that said it was reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from orgloop.units import seconds

_LONGEST = 7 * 24 * 3600.0
"""Seconds. What lies further ahead is a mistake, or no limit of ours."""
_AT = "anthropic-ratelimit-unified-reset"
_KINDS = ("requests", "tokens", "input-tokens", "output-tokens")


def reset_of(headers: Mapping[str, str], now: float) -> float | None:
    """Unix time from which asking again makes sense; None where no header says.

    ``Retry-After`` goes first (seconds, or a date: RFC 9110, 10.2.3), then the limits that the
    provider counts out as used up: OpenAI gives a duration, Anthropic a date (RFC 3339).
    """
    found = {name.lower(): value.strip() for name, value in headers.items()}
    for told in (_milliseconds(found, now), _after(found.get("retry-after", ""), now)):
        if told is not None:
            return _sane(told, now)
    resets = [_number(found.get(_AT, ""))]
    for kind in _KINDS:
        for prefix, order in (("anthropic-ratelimit", "{k}-{w}"), ("x-ratelimit", "{w}-{k}")):
            left = found.get(f"{prefix}-{order.format(k=kind, w='remaining')}")
            if left == "0":
                reset = found.get(f"{prefix}-{order.format(k=kind, w='reset')}", "")
                resets.append(_date(reset) or _duration(reset, now))
    known = [at for at in resets if at is not None]
    return _sane(max(known), now) if known else None


def _sane(at: float, now: float) -> float | None:
    return at if now - 3600 < at < now + _LONGEST else None


def _milliseconds(headers: Mapping[str, str], now: float) -> float | None:
    wait = _number(headers.get("retry-after-ms", ""))
    return None if wait is None else now + wait / 1000


def _after(text: str, now: float) -> float | None:
    wait = _number(text)
    if wait is not None:
        return now + wait
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def _date(text: str) -> float | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _duration(text: str, now: float) -> float | None:
    try:
        return now + seconds(text)
    except ValueError:
        return None
