"""The OpenAI Chat Completions API: ``POST /v1/chat/completions``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, Field

from orgloop.engines.protocol import Json, Usage
from orgloop.testing.api.dialect import (
    CREATED,
    Refused,
    arguments_text,
    call_id,
    event,
    json_object,
    parsed_arguments,
    pieces,
)
from orgloop.testing.api.exchange import Asked, Fault, Message, Reply, Tool, ToolCall, ToolResult
from orgloop.testing.api.openai_errors import openai_error

_STOPS = {"end": "stop", "length": "length", "refusal": "stop"}


class _Part(BaseModel):
    type: str
    text: str = ""
    refusal: str = ""


class _Function(BaseModel):
    name: str
    arguments: str = ""
    description: str | None = None
    parameters: dict[str, object] | None = None


class _Call(BaseModel):
    id: str
    function: _Function


class _Turn(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[_Part] | None = None
    tool_calls: list[_Call] | None = None
    tool_call_id: str = ""


class _ToolOffer(BaseModel):
    type: str
    function: _Function


class _JsonSchema(BaseModel):
    schema_: dict[str, object] | None = Field(default=None, alias="schema")


class _Format(BaseModel):
    type: str = "text"
    json_schema: _JsonSchema | None = None


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _Request(BaseModel):
    model: str
    messages: list[_Turn]
    tools: list[_ToolOffer] = Field(default_factory=list)
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    response_format: _Format | None = None


class OpenAiChat:
    """Speaks Chat Completions."""

    def read(self, body: Mapping[str, Json]) -> Asked:
        """The request; raises ValidationError where it is none."""
        said = _Request.model_validate(body)
        form = said.response_format.json_schema if said.response_format else None
        ours = ("system", "developer")
        return Asked(
            api="openai-chat",
            model=said.model,
            system="\n".join(_text(turn) for turn in said.messages if turn.role in ours),
            messages=tuple(_message(turn) for turn in said.messages if turn.role not in ours),
            tools=tuple(
                Tool(
                    tool.function.name,
                    tool.function.description or "",
                    json_object(tool.function.parameters or {}),
                )
                for tool in said.tools
            ),
            stream=bool(said.stream),
            max_tokens=said.max_completion_tokens or said.max_tokens,
            schema=None if form is None or form.schema_ is None else json_object(form.schema_),
            body=body,
        )

    def whole(self, asked: Asked, reply: Reply, usage: Usage) -> Mapping[str, Json]:
        """A ``chat.completion`` object."""
        refused = reply.stop == "refusal"
        message: dict[str, Json] = {
            "role": "assistant",
            "content": None if refused or not reply.text else reply.text,
            "refusal": reply.text if refused else None,
        }
        if reply.tool_calls:
            message["tool_calls"] = [
                _call(asked, index, call, arguments_text(call.arguments))
                for index, call in enumerate(reply.tool_calls)
            ]
        return {
            **_envelope(asked, "chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": _stop(reply)}],
            "usage": _usage(usage),
        }

    def stream(self, asked: Asked, reply: Reply, usage: Usage) -> Iterator[str]:
        """Chunks of text, then of each tool call, the reason, the usage if asked for."""
        yield _chunk(asked, {"role": "assistant", "content": ""})
        key = "refusal" if reply.stop == "refusal" else "content"
        for piece in pieces(reply.text):
            yield _chunk(asked, {key: piece})
        for index, call in enumerate(reply.tool_calls):
            yield _chunk(asked, {"tool_calls": [{"index": index, **_call(asked, index, call, "")}]})
            for piece in pieces(arguments_text(call.arguments)):
                part: Json = {"index": index, "function": {"arguments": piece}}
                yield _chunk(asked, {"tool_calls": [part]})
        yield _chunk(asked, {}, _stop(reply))
        options = asked.body.get("stream_options")
        if isinstance(options, Mapping) and options.get("include_usage"):
            envelope = _envelope(asked, "chat.completion.chunk")
            yield event({**envelope, "choices": [], "usage": _usage(usage)})
        yield event("[DONE]")

    def error(self, fault: Fault) -> Refused:
        """As OpenAI says it."""
        return openai_error(fault)


def _chunk(asked: Asked, delta: Mapping[str, Json], finish: str | None = None) -> str:
    choice: Json = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({**_envelope(asked, "chat.completion.chunk"), "choices": [choice]})


def _envelope(asked: Asked, kind: str) -> dict[str, Json]:
    return {
        "id": f"chatcmpl-{asked.number:06d}",
        "object": kind,
        "created": CREATED,
        "model": asked.model,
    }


def _call(asked: Asked, index: int, call: ToolCall, arguments: str) -> dict[str, Json]:
    return {
        "id": call.id or call_id("call", asked, index),
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


def _usage(usage: Usage) -> Mapping[str, Json]:
    return {
        "prompt_tokens": usage.input_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.tokens,
    }


def _stop(reply: Reply) -> str:
    return "tool_calls" if reply.tool_calls and reply.stop == "end" else _STOPS[reply.stop]


def _text(turn: _Turn) -> str:
    if turn.content is None or isinstance(turn.content, str):
        return turn.content or ""
    return "\n".join(part.text or part.refusal for part in turn.content)


def _message(turn: _Turn) -> Message:
    if turn.role in ("tool", "function"):
        return Message("user", tool_results=(ToolResult(turn.tool_call_id, _text(turn)),))
    return Message(
        role="assistant" if turn.role == "assistant" else "user",
        text=_text(turn),
        tool_calls=tuple(
            ToolCall(call.function.name, parsed_arguments(call.function.arguments), call.id)
            for call in turn.tool_calls or ()
        ),
    )
