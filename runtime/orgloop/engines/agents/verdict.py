"""Whether a client's failure passes by itself, needs the person, or is the role's own."""

from __future__ import annotations

import re
import time

from orgloop.desk import Served
from orgloop.engines.agents.client import Client, Heard
from orgloop.engines.agents.limits import reset_time
from orgloop.errors import EngineError, EngineOutage

_LOGIN = re.compile(
    r"not logged in|please run /login|run `?codex login|oauth token (has )?(expired|revoked)"
    r"|token_expired|could not be refreshed|failed to authenticate|refresh token",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"credit balance|quota exceeded|insufficient_quota|billing|insufficient (funds|credits)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\blimit (reached|exceeded)|hit your .{0,20}limit|usage limit|rate.?limit"
    r"|too many requests|\b429\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"overloaded|at capacity|\b5(00|02|03|04|20|29)\b|service unavailable|bad gateway"
    r"|connection (to the api )?(was )?(lost|error|refused|reset)|econn|etimedout|enotfound"
    r"|eai_again|stream disconnected|network error|internal server error|unable to connect"
    r"|error sending request|fetch failed|socket",
    re.IGNORECASE,
)
_RETRY_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504, 520, 522, 524, 529})


def failure_of(client: Client, served: Served, heard: Heard, *, by_key: bool) -> EngineError | None:
    """What to raise for what a client came back with; None where it answered.

    ``by_key`` is whether it was let in by a variable of the lab's environment, which stays as it
    is for as long as the lab runs.
    """
    usage, error = heard.usage, heard.error
    if error:
        return _told(client, heard, by_key)
    if served.exit_code == 0 and (heard.text or heard.answer is not None):
        return None
    if served.why:
        return EngineError(f"{client.title} did not finish. {served.why}", usage=usage)
    said = _last_error(served.errors)
    if _DOWN.search(said) or _LIMIT.search(said):
        return EngineOutage(f"{client.title} says: {said}", until=reset_time(said), usage=usage)
    if served.exit_code != 0:
        return EngineError(
            f"{client.title} ended with status {served.exit_code}"
            + (f" and said: {said}" if said else " and said nothing."),
            usage=usage,
        )
    return EngineError(f"{client.title} ended without a word.", usage=usage)


def _told(client: Client, heard: Heard, by_key: bool) -> EngineError:
    error, usage, status = _sentence(heard.error), heard.usage, heard.status
    if _MONEY.search(error):
        return EngineError(
            f"{client.title} says: {error}",
            hint="The account needs money, which no waiting brings.",
            usage=usage,
        )
    if status in (401, 403) or _LOGIN.search(error) or re.search(r"\b401\b", error):
        if by_key:
            return EngineError(
                f"{client.title} was not let in with the key in the environment: {error}",
                hint="Set a key that is valid, or unset it and log in.",
                usage=usage,
            )
        # It passes as soon as the person logs in: every attempt copies the login anew.
        return EngineOutage(
            f"{client.title} is not logged in: {error}", hint=client.login, usage=usage
        )
    if status in _RETRY_STATUS or _LIMIT.search(error) or _DOWN.search(error):
        until = heard.until or reset_time(error)
        soon = until is not None and until < time.time() + 8 * 86400
        return EngineOutage(
            f"{client.title} says: {error}", until=until if soon else None, usage=usage
        )
    return EngineError(f"{client.title} failed: {error}", usage=usage)


def _last_error(errors: str) -> str:
    """The last line that speaks of an error, else the last one."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    spoken = [line for line in lines if "error" in line.lower()]
    return (spoken or lines or [""])[-1][:300]


def _sentence(text: str) -> str:
    line = " ".join(text.split())[:500]
    return line if line.endswith((".", "!", "?")) else f"{line}."
