"""Whether a chat model can be had here: its packages, its key, its endpoint.

LangChain takes seconds to import, so nothing of it is: a module is looked for and not loaded.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping

from orgloop.engines.chat.endpoints import endpoint, variable
from orgloop.engines.chat.names import ChatName, chat_names
from orgloop.engines.chat.providers import EXTRA, KEYS, MODULES, package
from orgloop.engines.unavailable import ModelUnavailable
from orgloop.problems import did_you_mean

AT_ENDPOINTS = frozenset({"openai", "anthropic", "ollama"})
"""Providers whose API other servers speak, so that they can be asked at an endpoint."""


def missing(model: str, env: Mapping[str, str] | None = None) -> ModelUnavailable | None:
    """What keeps the chat model ``model`` from thinking here, or None; ``env`` is os.environ."""
    env = os.environ if env is None else env
    for name in chat_names(model):
        error = _unknown(name) or _uninstalled(name) or _unreachable(name, env)
        if error is not None:
            return error
    return None


def _unknown(name: ChatName) -> ModelUnavailable | None:
    if name.provider not in MODULES:
        return ModelUnavailable(
            f"`{name.provider}` is no provider of chat models that LangChain knows.",
            hint=did_you_mean(name.provider, MODULES)
            + " A server that speaks OpenAI's API is `openai@NAME:model`.",
        )
    if name.endpoint and name.provider not in AT_ENDPOINTS:
        known = ", ".join(f"`{provider}@...`" for provider in sorted(AT_ENDPOINTS))
        return ModelUnavailable(
            f"`{name}` asks {name.provider} at an endpoint, which Orgloop does not do.",
            hint=f"Endpoints are for servers that speak a known API: {known}.",
        )
    return None


def _uninstalled(name: ChatName) -> ModelUnavailable | None:
    module = MODULES[name.provider]
    if _found("langchain") and _found(module):
        return None
    extra = "'orgloop[chat]'"
    wanted = extra if module in EXTRA else package(module)
    if wanted != extra and not _found("langchain"):
        wanted = f"{extra} {wanted}"
    lacking = package(module) if _found("langchain") else "langchain"
    return ModelUnavailable(
        f"`{name}` needs the package {lacking}, which is not installed.",
        hint=f"pip install {wanted}",
    )


def _found(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _unreachable(name: ChatName, env: Mapping[str, str]) -> ModelUnavailable | None:
    if name.endpoint:
        if endpoint(name.endpoint, env) is not None:
            return None
        return ModelUnavailable(
            f"`{name}` is asked at the endpoint `{name.endpoint}`, which has no address.",
            hint=f"Set {variable(name.endpoint)} to its base URL, as in http://localhost:8000/v1.",
        )
    keys = KEYS.get(name.provider)
    if keys is None or any(env.get(key) for key in keys.variables):
        return None
    return ModelUnavailable(
        f"`{name}` needs a key, and {keys.variables[0]} is not set.",
        hint=f"Keys are had at {keys.page}; it is read from the environment alone.",
    )
