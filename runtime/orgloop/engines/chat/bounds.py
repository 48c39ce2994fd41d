"""What bounds one visit: turns, and tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import HumanMessage

from orgloop.engines.chat.meter import Meter
from orgloop.engines.chat.prompts import last_turn

TURNS = 30
"""Turns of a role at a desk that names no ``maxTurns``."""
TOKENS = 500_000
"""Tokens of one visit, those from a cache included: a stop for what has lost its way."""


class NoAnswer(Exception):
    """The turns or the tokens were used up before there was an answer."""


class Bounds(AgentMiddleware[Any, Any, Any]):
    """Says when the last turn has come, and ends a visit that goes on after it."""

    def __init__(self, meter: Meter, *, turns: int, tokens: int) -> None:
        super().__init__()
        self._meter, self._turns, self._tokens = meter, turns, tokens
        self._taken = 0

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """One turn."""
        used = self._meter.usage.tokens
        if self._taken >= self._turns:
            raise NoAnswer(f"took its {self._turns} turns (`maxTurns`) and gave no answer.")
        if used >= self._tokens:
            raise NoAnswer(f"used {used} tokens at one visit and gave no answer.")
        self._taken += 1
        each = used // max(1, self._taken - 1)
        why = ""
        if self._taken == self._turns > 1:
            why = f"you have had the other {self._turns - 1}"
        elif self._taken > 1 and used + 2 * each >= self._tokens:
            why = "there are no tokens for more"
        if why:
            # Beside the conversation and not in it: what is cached of it stays as it was.
            told = HumanMessage(last_turn(why))
            request = request.override(messages=[*request.messages, told])
        return await handler(request)
