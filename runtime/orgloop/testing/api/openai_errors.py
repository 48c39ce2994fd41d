"""How OpenAI's APIs say that something is wrong; Chat Completions and Responses share it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from orgloop.engines.protocol import Json
from orgloop.testing.api.dialect import Refused
from orgloop.testing.api.exchange import Fault

_ERRORS = {
    "rate-limit": (429, "requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    "usage-limit": (429, "usage_limit_reached", None, "The usage limit has been reached"),
    "quota": (
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    "overloaded": (
        503,
        "server_error",
        "server_is_overloaded",
        "The server is currently overloaded with other requests.",
    ),
    "server-error": (500, "server_error", None, "The server had an error."),
    "unauthorized": (
        401,
        "invalid_request_error",
        "invalid_api_key",
        "Incorrect API key provided.",
    ),
    "bad-request": (400, "invalid_request_error", None, "The request is not valid."),
}


def openai_error(fault: Fault) -> Refused:
    """An ``error`` object, with the headers that say when a limit resets."""
    status, kind, code, message = _ERRORS[fault.kind]
    headers: dict[str, str] = {"x-request-id": "req_scripted"}
    error: dict[str, Json] = {
        "message": fault.message or message,
        "type": kind,
        "param": None,
        "code": code,
    }
    if fault.kind == "rate-limit":
        seconds = f"{fault.retry_after:g}"
        headers |= {"retry-after": seconds, "retry-after-ms": f"{1000 * fault.retry_after:.0f}"}
        for what in ("requests", "tokens"):
            headers |= {
                f"x-ratelimit-limit-{what}": "50",
                f"x-ratelimit-remaining-{what}": "0",
                f"x-ratelimit-reset-{what}": f"{seconds}s",
            }
    if fault.kind == "usage-limit":
        # ChatGPT's back end, for Codex under a subscription.
        error |= {
            "plan_type": "plus",
            "resets_at": int(time.time() + fault.retry_after),
            "resets_in_seconds": int(fault.retry_after),
        }
    if fault.kind in ("unauthorized", "bad-request", "quota"):
        headers |= {"x-should-retry": "false"}
    body: Mapping[str, Json] = {"error": error}
    return Refused(status, headers, body)
