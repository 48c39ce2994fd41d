"""From a name to LangChain's client of that model."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from orgloop.engines.chat.endpoints import endpoint
from orgloop.engines.chat.names import ChatName
from orgloop.errors import EngineError

SILENCE = 600.0
"""Seconds without a byte after which a call is given up: models may think that long."""
OLLAMA_CONTEXT = 16_384
"""Tokens. Ollama cuts a longer prompt off without a word, and its own default is shorter than a
brief with its files."""
_EFFORTS = ("low", "medium", "high", "xhigh", "max")

_made_so_far = count(1)

How = Literal["schema", "tool"]


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A client, and what it can do."""

    name: ChatName
    client: BaseChatModel

    def answers_by(self, *, with_tools: bool) -> How:
        """How it gives an answer of a fixed form: as text held to a schema, or by a tool's call.

        A schema is the surest where a provider has it; servers that speak OpenAI's or Ollama's API
        have it for plain answers, known model or not. Beside tools OpenAI wants every tool's
        arguments spelt out to go with it, and many servers have not both at once.
        """
        profile = self.client.profile or {}
        speaks = type(self.client).__name__
        if with_tools:
            known = bool(profile.get("structured_output"))
            return "schema" if known and speaks == "ChatAnthropic" else "tool"
        if profile.get("structured_output") or speaks in ("ChatOpenAI", "ChatOllama"):
            return "schema"
        return "tool"

    @property
    def context(self) -> int | None:
        """Tokens that it takes in; None where nobody says."""
        found = (self.client.profile or {}).get("max_input_tokens")
        return found if isinstance(found, int) else None


def chat_model(name: ChatName, effort: str | None) -> ChatModel:
    """The client for ``name``; raises :class:`~orgloop.errors.EngineError` where none is made."""
    with warnings.catch_warnings():
        # That a provider's parameter is passed on, or a package is old, is for its developers.
        warnings.simplefilter("ignore")
        plain = _made(name, _where(name))
        settings = _settings(name, plain, effort)
        return ChatModel(name, _made(name, {**_where(name), **settings}))


def _made(name: ChatName, settings: Mapping[str, Any]) -> BaseChatModel:
    try:
        made: BaseChatModel = init_chat_model(name.model, model_provider=name.provider, **settings)
    except Exception as error:  # providers raise what they like, for a missing key above all
        raise EngineError(
            f"LangChain could not make a client for `{name}`: {_first_line(error)}",
            hint="Its key and whatever else it needs come from the environment; see LangChain's "
            f"page on {name.provider}.",
        ) from error
    return made


def _where(name: ChatName) -> dict[str, object]:
    if not name.endpoint:
        return {}
    at = endpoint(name.endpoint, os.environ)
    if at is None:
        raise EngineError(f"The endpoint `{name.endpoint}` has no address any more.")
    if name.provider == "ollama":
        return {"base_url": at.url}
    return {"base_url": at.url, "api_key": at.key}


def _settings(name: ChatName, plain: BaseChatModel, effort: str | None) -> dict[str, object]:
    """What this class of client takes of what we want."""
    fields = type(plain).model_fields
    wanted: dict[str, object] = {
        # A stream shows that somebody is still there, however long the answer takes.
        "streaming": True,
        "stream_usage": True,
        "stream_chunk_timeout": SILENCE,
        # The agent tries again: Anthropic's client sleeps for as long as a limit lasts, in silence.
        "max_retries": 0,
    }
    settings = {key: value for key, value in wanted.items() if key in fields}
    if "request_timeout" in fields or "default_request_timeout" in fields:
        # LangChain hands one HTTP client to all models with the same settings, and it is of no use
        # to a second event loop. A timeout of its own keeps each model's apart.
        settings["timeout"] = SILENCE + next(_made_so_far) / 1000
    if name.provider == "ollama" and "OLLAMA_CONTEXT_LENGTH" not in os.environ:
        settings["num_ctx"] = OLLAMA_CONTEXT
    level = _level(plain, effort)
    if level is not None and "reasoning_effort" in fields:
        settings["reasoning_effort"] = level
    return settings


def _level(plain: BaseChatModel, effort: str | None) -> str | None:
    """``effort`` as the model has it: the next lower level where it lacks that one."""
    levels = (plain.profile or {}).get("reasoning_effort_levels")
    if effort is None or not isinstance(levels, list):
        return None
    upto = _EFFORTS[: _EFFORTS.index(effort) + 1]
    return next((level for level in reversed(upto) if level in levels), None)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
