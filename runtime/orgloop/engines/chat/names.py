"""``model:`` for chat models: ``provider:model``, at a named endpoint, with others to fall back on.

::

    anthropic:claude-sonnet-4-5
    openai@workstation:qwen3-32b                     another server that speaks OpenAI's API
    anthropic:claude-sonnet-4-5, openai:gpt-5.5      the second where the first cannot answer

An endpoint is named and not written out, since its address and its key are the person's: a file
that could say where requests go could send a key there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = r"[a-z][a-z0-9_-]*(?:@[a-z][a-z0-9_-]*)?:[^\s,]+"
_CHAT = re.compile(rf"{_ONE}(?:\s*,\s*{_ONE})*")


@dataclass(frozen=True, slots=True)
class ChatName:
    """One model of one provider."""

    provider: str
    """LangChain's name of it, with underscores: ``openai``, ``google_genai``."""
    model: str
    """The provider's name of the model."""
    endpoint: str = ""
    """A name that the person's environment gives an address to; empty for the provider's own."""

    def __str__(self) -> str:
        at = f"@{self.endpoint}" if self.endpoint else ""
        return f"{self.provider}{at}:{self.model}"


def is_chat(model: str) -> bool:
    """Whether ``model`` has the form of one chat model or of several."""
    return _CHAT.fullmatch(model) is not None


def chat_names(model: str) -> tuple[ChatName, ...]:
    """The models that ``model`` names, the first to be asked first; it must be a chat model."""
    return tuple(_name(part.strip()) for part in model.split(","))


def _name(text: str) -> ChatName:
    head, _, model = text.partition(":")
    provider, _, endpoint = head.partition("@")
    return ChatName(provider.replace("-", "_"), model, endpoint)
