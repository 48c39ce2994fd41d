"""From what a client raises to what Orgloop makes of it.

LangChain's providers raise errors of one tree (:class:`~langchain_core.exceptions.ModelError`);
those that do not are told by their HTTP status, and a connection that broke by its class. What
passes by itself is an outage, and the walks wait for it; all else is this role's failure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelRefusalError,
    ModelTimeoutError,
)

from orgloop.engines.chat.bounds import NoAnswer
from orgloop.engines.chat.ending import CutOff, ended
from orgloop.engines.chat.form import Malformed
from orgloop.engines.chat.names import ChatName
from orgloop.engines.chat.providers import KEYS
from orgloop.engines.chat.resets import reset_of
from orgloop.errors import EngineError, EngineOutage

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_NO_MONEY = ("insufficient_quota", "credit balance", "billing", "payment required")
PATIENCE = 10.0
"""Seconds. Limits that reset later are waited for where the whole lab sees it."""
_SAID = 300
"""Characters of a server's words that are passed on."""


def engine_error(error: BaseException, name: ChatName) -> EngineError:
    """The error to raise for what ``name`` was asked; an outage where it passes by itself."""
    cause = ended(_deepest(error))
    if isinstance(cause, EngineError):
        return cause
    if passes(cause):
        return _outage(cause, name)
    said = _said(cause)
    if isinstance(cause, Malformed):
        return EngineError(
            f"`{name}` answered twice in a form that cannot be used: {said}",
            hint="A model that can hold to a JSON schema or call tools is needed.",
        )
    if isinstance(cause, ModelRefusalError):
        return EngineError(f"`{name}` refused to answer{_refusal(cause)}")
    if isinstance(cause, CutOff):
        return EngineError(
            f"`{name}` {cause}", hint="A lower `effort`, or a model that may say more, leaves room."
        )
    if isinstance(cause, NoAnswer):
        return EngineError(f"`{name}` {cause}")
    if isinstance(cause, ContextOverflowError):
        return EngineError(
            f"What `{name}` was told is longer than it can take in: {said}",
            hint="Shorten the role's brief, or give it a model with a longer context.",
        )
    status = _status(cause)
    if isinstance(cause, ModelAuthenticationError) or status == 401:
        return EngineError(f"`{name}` does not accept the key: {said}", hint=_key_hint(name))
    if isinstance(cause, ModelPermissionDeniedError) or status == 403:
        return EngineError(f"The key may not use `{name}`: {said}", hint=_key_hint(name))
    if isinstance(cause, ModelNotFoundError) or status == 404:
        return EngineError(
            f"There is no model `{name}`: {said}", hint="Look its name up at the provider."
        )
    if isinstance(cause, json.JSONDecodeError):
        return EngineError(f"What the server of `{name}` sent is no JSON: {said}")
    return EngineError(f"`{name}` could not be asked: {said}")


def passes(error: BaseException) -> bool:
    """Whether the same request may well be answered later."""
    if isinstance(
        error, ModelRateLimitError | ModelAPIError | ModelConnectionError | ModelTimeoutError
    ):
        return True
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    if _out_of_money(error):
        return True
    status = _status(error)
    if status is not None and status >= 400:
        return status in _BUSY
    return _overloaded(error) or _transport(error)


def passes_soon(error: BaseException) -> bool:
    """Whether it may pass within seconds: trying again at once is better than an outage then.

    A server that breaks off its JSON is tried again, too, and is no outage: it may never mend.
    """
    cause = _deepest(error)
    if isinstance(cause, json.JSONDecodeError):
        return True
    if not passes(cause) or _out_of_money(cause):
        return False
    now = time.time()
    return (reset_of(_headers(cause), now) or now) <= now + PATIENCE


def _outage(error: BaseException, name: ChatName) -> EngineOutage:
    until = reset_of(_headers(error), time.time())
    said = _said(error)
    if _out_of_money(error):
        return EngineOutage(
            f"The account for `{name}` has nothing left: {said}",
            hint="Walks go on by themselves once it is topped up.",
            until=until,
        )
    if isinstance(error, ModelRateLimitError) or _status(error) == 429:
        return EngineOutage(f"`{name}` is at its rate limit: {said}", until=until)
    if _status(error) is None:
        return EngineOutage(f"`{name}` cannot be reached: {said}", until=until)
    return EngineOutage(f"`{name}` is overloaded or down: {said}", until=until)


def _deepest(error: BaseException) -> BaseException:
    """The error itself; where it wraps what says more (a status, a broken connection), that."""
    for found in _chain(error):
        if isinstance(found, EngineError) or _known(found):
            return found
    return error


def _known(error: BaseException) -> bool:
    return (
        isinstance(error, Malformed | ModelRefusalError | CutOff | NoAnswer)
        or _status(error) is not None
        or _transport(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for attribute in ("status_code", "http_status", "code"):
            found = getattr(holder, attribute, None)
            if isinstance(found, int) and 100 <= found < 600:
                return found
    return None


def _headers(error: BaseException) -> Mapping[str, str]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return dict(headers.items()) if isinstance(headers, Mapping) else {}


def _transport(error: BaseException) -> bool:
    """Whether a connection broke: HTTP libraries share no tree, but they name things alike."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"TransportError", "APIConnectionError", "ClientConnectionError"})


def _overloaded(error: BaseException) -> bool:
    """Whether a server said in the middle of a stream that it is overloaded."""
    body = getattr(error, "body", None)
    text = json.dumps(body, default=str) if isinstance(body, Mapping) else ""
    return any(word in text for word in ("overloaded", "rate_limit", "server_error", "api_error"))


def _out_of_money(error: BaseException) -> bool:
    if _status(error) not in (400, 402, 403, 429):
        return False
    text = str(error).lower()
    return _status(error) == 402 or any(word in text for word in _NO_MONEY)


def _said(error: BaseException) -> str:
    """The server's own words, in a line."""
    body = getattr(error, "body", None)
    found = body.get("error", body) if isinstance(body, Mapping) else None
    told = found.get("message") if isinstance(found, Mapping) else None
    text = " ".join(str(told or error or type(error).__name__).split())
    text = text if len(text) <= _SAID else f"{text[: _SAID - 1]}…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _refusal(error: ModelRefusalError) -> str:
    """The model's own words, where it has any, without what LangChain puts before them."""
    said = _said(error).removeprefix("Model refused to produce the requested output")
    return said if said.startswith((":", " (", ".")) else f": {said}"


def _key_hint(name: ChatName) -> str:
    if name.endpoint:
        return "Its key is in the endpoint's variable; see docs/engines.md."
    keys = KEYS.get(name.provider)
    return f"Look at {keys.variables[0]}." if keys else "Look at the provider's key."
