"""Counts what a visit costs, call by call, as LangChain's callbacks tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from orgloop.usage import Usage


class Meter(BaseCallbackHandler):
    """One visit's. Calls that failed count as far as their provider told."""

    run_inline = True

    def __init__(self) -> None:
        self.usage = Usage()
        self.calls = 0
        self.model = ""
        """Who answered last, as the provider calls it."""

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - LangChain's
        """Add what one call cost."""
        self.calls += 1
        self._add(response)

    def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:  # noqa: ANN401, ARG002
        """Add what a call that broke off had cost by then."""
        response = kwargs.get("response")
        if isinstance(response, LLMResult):
            self._add(response)

    def _add(self, response: LLMResult) -> None:
        for generations in response.generations:
            for generation in generations:
                message = generation.message if isinstance(generation, ChatGeneration) else None
                if isinstance(message, AIMessage):
                    self.usage += usage_of(message)
                    self.model = str(message.response_metadata.get("model_name") or self.model)


def usage_of(message: AIMessage) -> Usage:
    """What one answer of a model cost; zeros where its server does not say."""
    told = message.usage_metadata
    if told is None:
        return Usage()
    details = told.get("input_token_details", {})
    return Usage(
        input_tokens=told["input_tokens"],
        cached_tokens=details.get("cache_read", 0) or 0,
        output_tokens=told["output_tokens"],
        cost_usd=_cost(message.response_metadata.get("token_usage")),
        cache_write_tokens=details.get("cache_creation", 0) or 0,
    )


def _cost(usage: object) -> float | None:
    """Dollars, where the answer itself says: OpenRouter's do."""
    cost = usage.get("cost") if isinstance(usage, Mapping) else None
    return float(cost) if isinstance(cost, int | float) and cost > 0 else None
