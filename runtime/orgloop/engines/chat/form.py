"""Holds a model to the form of the answer, in the way that this model can be held to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.structured_output import StructuredOutputError, ToolStrategy
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import ValidationError

from orgloop.engines.chat.answer import NAME, Form
from orgloop.engines.chat.ending import check_ending
from orgloop.engines.chat.models import ChatModel, How
from orgloop.engines.chat.prompts import again

_TRIES = 20
"""Opening braces at which an object is looked for."""

Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


class Malformed(Exception):
    """An answer that is none, twice; the message says what is wrong with it."""


class Manner(AgentMiddleware[Any, Any, Any]):
    """Tells whichever model is asked how it is to answer."""

    def __init__(
        self, models: tuple[ChatModel, ...], form: type[Form], frames: Mapping[How, str]
    ) -> None:
        """``frames`` are the system prompts, by how the answer is given."""
        super().__init__()
        self._models, self._form, self._frames = models, form, frames

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> Any:  # noqa: ANN401
        """Put the frame before the conversation, and the form behind it."""
        how = self._how(request)
        changed = request.override(system_message=SystemMessage(self._frames[how]))
        if how == "schema":
            # By the call's settings and not as LangChain's ProviderStrategy, which sends an empty
            # list of tools along where there are none, and OpenAI refuses that.
            settings = {**changed.model_settings, "response_format": _schema(self._form)}
            changed = changed.override(response_format=None, model_settings=settings)
        return await handler(changed)

    def _how(self, request: ModelRequest[Any]) -> How:
        asked = next(model for model in self._models if model.client is request.model)
        return asked.answers_by(with_tools=bool(request.tools))


def _schema(form: type[Form]) -> dict[str, object]:
    """The form as OpenAI's API takes it; LangChain's other providers translate that."""
    schema = {"name": NAME, "strict": True, "schema": form.model_json_schema()}
    return {"type": "json_schema", "json_schema": schema}


class Again(AgentMiddleware[Any, Any, Any]):
    """Asks once more, with the reason, where an answer is not in its form."""

    def __init__(self, form: type[Form]) -> None:
        super().__init__()
        self._form = form

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> Any:  # noqa: ANN401
        """One turn: a model that uses its tools, or one that answers as it should."""
        by_tool = isinstance(request.response_format, ToolStrategy)
        keys = ", ".join(f"`{name}`" for name in self._form.model_fields)
        found, message, reason = await self._ask(request, handler)
        if found is not None:
            return found
        told = again(reason, keys, by_tool=by_tool)
        messages = [*request.messages, *_told(message, told)]
        found, _, reason = await self._ask(request.override(messages=messages), handler)
        if found is None:
            raise Malformed(reason)
        return found

    async def _ask(
        self, request: ModelRequest[Any], handler: Handler
    ) -> tuple[ModelResponse[Any] | None, AIMessage, str]:
        """The answer, where it is one; what was said, and what is wrong with it."""
        try:
            response = await handler(request)
        except StructuredOutputError as error:
            message, reason = error.ai_message, _line(getattr(error, "source", error))
        else:
            message = next(said for said in response.result if isinstance(said, AIMessage))
            check_ending(message)
            if response.structured_response is not None or message.tool_calls:
                return response, message, ""
            reason = "it has no JSON object that can be read"
        check_ending(message)
        if not message.tool_calls and not message.invalid_tool_calls:
            # A server that knows neither schemas nor tools, or a model that talks around it.
            try:
                said = self._form.model_validate(_object_in(message.text))
            except ValidationError as error:
                return None, message, _line(error)
            except ValueError:
                return None, message, reason
            return ModelResponse(result=[message], structured_response=said), message, ""
        return None, message, reason


def _object_in(text: str) -> object:
    """The first JSON object in ``text``, whatever stands around it; raises ValueError for none."""
    decoder, start = json.JSONDecoder(), text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            break
        try:
            return decoder.raw_decode(text, start)[0]
        except ValueError:
            start = text.find("{", start + 1)
    raise ValueError("there is no JSON object")


def _told(message: AIMessage, text: str) -> list[AnyMessage]:
    """The message and what is said to it, in the way that APIs want tool calls answered."""
    calls = [call["id"] for call in (*message.tool_calls, *message.invalid_tool_calls)]
    answered = [ToolMessage(text, tool_call_id=id) for id in calls if id]
    return [message, *answered] if answered else [message, HumanMessage(text)]


def _line(error: object) -> str:
    """What is wrong, in a line without addresses of documentation."""
    cause = error.__cause__ if isinstance(error, BaseException) and error.__cause__ else error
    if isinstance(cause, ValidationError):
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}"
            for fault in cause.errors(include_url=False, include_input=False)
        )
        return "; ".join(faults)
    return " ".join(str(error).split())[:300]
