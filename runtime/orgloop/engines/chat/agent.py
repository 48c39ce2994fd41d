"""One visit: LangChain's agent with the role's tools, what bounds it, and what it answers."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ClearToolUsesEdit,
    ContextEditingMiddleware,
    ModelFallbackMiddleware,
    ModelRetryMiddleware,
)
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import HumanMessage
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tools import BaseTool

from orgloop.engines.chat.answer import Form, form_for
from orgloop.engines.chat.bounds import TOKENS, TURNS, Bounds
from orgloop.engines.chat.failures import passes_soon
from orgloop.engines.chat.form import Again, Manner
from orgloop.engines.chat.meter import Meter
from orgloop.engines.chat.models import ChatModel, chat_model
from orgloop.engines.chat.names import ChatName
from orgloop.engines.chat.prompts import frame, visit
from orgloop.engines.chat.toolbox import Toolbox, tools_of
from orgloop.engines.chat.tools import chat_tools
from orgloop.engines.protocol import Request

CONTEXT = 60_000
"""Tokens of a conversation above which the oldest results of tools are taken out of it."""
KEPT_RESULTS = 6
RETRIES, FIRST_WAIT = 3, 1.0
"""Times that a call is tried again where its failure passes soon, and seconds before the first."""


def clients(names: Sequence[ChatName], effort: str | None) -> tuple[ChatModel, ...]:
    """The clients of ``names``; raises :class:`~orgloop.errors.EngineError` where one is not made.

    Here, so that whoever has them has imported all that asking them takes.
    """
    return tuple(chat_model(name, effort) for name in names)


async def ask(models: tuple[ChatModel, ...], request: Request, meter: Meter) -> Form:
    """The answer of the first of ``models``, or of the next where it cannot give one.

    Raises whatever the last one's client raises; ``meter`` has counted all the same.
    """
    role = request.role
    tools = () if request.desk is None else tools_of(role)
    turns = (role.max_turns or TURNS) if tools else 1
    form = form_for(request)
    frames = {
        "schema": frame(request, tools=tools, turns=turns, by_tool=False),
        "tool": frame(request, tools=tools, turns=turns, by_tool=True),
    }
    agent = create_agent(
        models[0].client,
        tools=_tools(request, tools),
        middleware=_middleware(
            models, form, frames, meter, turns, _tokens(request), caches=bool(tools)
        ),
        response_format=ToolStrategy(form, handle_errors=False),
        checkpointer=False,
    )
    work = agent.ainvoke(
        {"messages": [HumanMessage(visit(request))]},
        {"callbacks": [meter], "recursion_limit": 4 * turns + 20},
    )
    state = await asyncio.create_task(work, context=_apart())
    answer = state["structured_response"]
    assert isinstance(answer, Form)
    return answer


def _tokens(request: Request) -> int:
    """What the visit may use: no more than the run's budget holds for it."""
    allowed = None if request.allowance is None else request.allowance.tokens
    return TOKENS if allowed is None else min(TOKENS, allowed)


def _tools(request: Request, names: Sequence[str]) -> list[BaseTool]:
    if request.desk is None:
        return []
    return chat_tools(Toolbox(request.desk), names)


def _middleware(
    models: tuple[ChatModel, ...],
    form: type[Form],
    frames: dict[Any, str],
    meter: Meter,
    turns: int,
    tokens: int,
    *,
    caches: bool,
) -> list[AgentMiddleware[Any, Any, Any]]:
    """The outermost first."""
    chain: list[AgentMiddleware[Any, Any, Any]] = [Bounds(meter, turns=turns, tokens=tokens)]
    if caches:
        contexts = [CONTEXT, *(model.context * 6 // 10 for model in models if model.context)]
        edit = ClearToolUsesEdit(trigger=min(contexts), keep=KEPT_RESULTS)
        chain.append(ContextEditingMiddleware(edits=[edit]))
    if len(models) > 1:
        chain.append(ModelFallbackMiddleware(*(model.client for model in models[1:])))
    chain.append(
        ModelRetryMiddleware(
            max_retries=RETRIES,
            retry_on=passes_soon,
            on_failure="error",
            initial_delay=FIRST_WAIT,
        )
    )
    chain.append(Manner(models, form, frames))
    if caches and any(type(model.client).__name__ == "ChatAnthropic" for model in models):
        # OpenAI caches by itself. A single call has nobody to read what it would pay to store.
        from langchain_anthropic.middleware import AnthropicPromptCachingMiddleware

        chain.append(AnthropicPromptCachingMiddleware(unsupported_model_behavior="ignore"))
    chain.append(Again(form))
    return chain


def _apart() -> contextvars.Context:
    """This context without the walk's own graph: the agent's is no part of it.

    It would inherit the walk's checkpoints and its limits. Traces keep their place.
    """
    context = contextvars.copy_context()
    context.run(var_child_runnable_config.set, None)
    return context
