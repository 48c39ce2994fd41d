"""The Anthropic Messages API: ``POST /v1/messages``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, Field

from orgloop.engines.protocol import Json, Usage
from orgloop.testing.api.dialect import (
    Refused,
    arguments_text,
    call_id,
    event,
    json_object,
    parsed_arguments,
    pieces,
)
from orgloop.testing.api.exchange import Asked, Fault, Message, Reply, Tool, ToolCall, ToolResult

_STOPS = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal"}
_ERRORS = {
    "rate-limit": (429, "rate_limit_error", "This request would exceed your rate limit."),
    "usage-limit": (429, "rate_limit_error", "This request would exceed your account's limit."),
    "quota": (
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
    ),
    "overloaded": (529, "overloaded_error", "Overloaded"),
    "server-error": (500, "api_error", "Internal server error"),
    "unauthorized": (401, "authentication_error", "invalid x-api-key"),
    "bad-request": (400, "invalid_request_error", "The request is not valid."),
}


class _Block(BaseModel):
    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    input: dict[str, object] = Field(default_factory=dict)
    tool_use_id: str = ""
    content: str | list[_Block] = ""


class _Turn(BaseModel):
    # Newer clients put notes of the system between the turns.
    role: Literal["user", "assistant", "system"]
    content: str | list[_Block]


class _ToolOffer(BaseModel):
    name: str
    description: str = ""
    input_schema: dict[str, object] = Field(default_factory=dict)


class _Format(BaseModel):
    schema_: dict[str, object] | None = Field(default=None, alias="schema")


class _OutputConfig(BaseModel):
    format: _Format | None = None


class _Request(BaseModel):
    model: str
    messages: list[_Turn]
    system: str | list[_Block] = ""
    tools: list[_ToolOffer] = Field(default_factory=list)
    stream: bool = False
    max_tokens: int | None = None
    output_config: _OutputConfig | None = None


class Anthropic:
    """Speaks the Messages API."""

    def read(self, body: Mapping[str, Json]) -> Asked:
        """The request; raises ValidationError where it is none."""
        said = _Request.model_validate(body)
        form = said.output_config.format if said.output_config else None
        return Asked(
            api="anthropic",
            model=said.model,
            system=_text(said.system),
            messages=tuple(map(_message, said.messages)),
            tools=tuple(
                Tool(tool.name, tool.description, json_object(tool.input_schema))
                for tool in said.tools
            ),
            stream=said.stream,
            max_tokens=said.max_tokens,
            schema=None if form is None or form.schema_ is None else json_object(form.schema_),
            body=body,
        )

    def whole(self, asked: Asked, reply: Reply, usage: Usage) -> Mapping[str, Json]:
        """A ``message`` object."""
        content: list[Json] = [{"type": "text", "text": reply.text}] if reply.text else []
        for index, call in enumerate(reply.tool_calls):
            content.append(
                {
                    "type": "tool_use",
                    "id": call.id or call_id("toolu", asked, index),
                    "name": call.name,
                    "input": parsed_arguments(arguments_text(call.arguments)),
                }
            )
        return {
            **_envelope(asked, usage),
            "content": content,
            "stop_reason": _stop(reply),
        }

    def stream(self, asked: Asked, reply: Reply, usage: Usage) -> Iterator[str]:
        """``message_start``, a block of text, a block for each tool, ``message_stop``."""
        start = {**_envelope(asked, usage), "content": [], "stop_reason": None}
        yield _event({"type": "message_start", "message": start})
        index = 0
        if reply.text:
            yield _block_start(index, {"type": "text", "text": ""})
            for piece in pieces(reply.text):
                yield _block_delta(index, {"type": "text_delta", "text": piece})
            yield _event({"type": "content_block_stop", "index": index})
            index += 1
        for number, call in enumerate(reply.tool_calls):
            made = call.id or call_id("toolu", asked, number)
            yield _block_start(
                index, {"type": "tool_use", "id": made, "name": call.name, "input": {}}
            )
            for piece in pieces(arguments_text(call.arguments)):
                yield _block_delta(index, {"type": "input_json_delta", "partial_json": piece})
            yield _event({"type": "content_block_stop", "index": index})
            index += 1
        yield _event(
            {
                "type": "message_delta",
                "delta": {"stop_reason": _stop(reply), "stop_sequence": None},
                "usage": _usage(usage),
            }
        )
        yield _event({"type": "message_stop"})

    def error(self, fault: Fault) -> Refused:
        """An ``error`` object, with the headers that say when a limit resets."""
        status, kind, message = _ERRORS[fault.kind]
        headers: dict[str, str] = {"request-id": "req_scripted"}
        reset = time.time() + fault.retry_after
        if fault.kind == "rate-limit":
            at = datetime.fromtimestamp(reset, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            headers |= {"retry-after": f"{fault.retry_after:g}"}
            for what in ("requests", "input-tokens", "output-tokens"):
                headers |= {
                    f"anthropic-ratelimit-{what}-limit": "50",
                    f"anthropic-ratelimit-{what}-remaining": "0",
                    f"anthropic-ratelimit-{what}-reset": at,
                }
        if fault.kind == "usage-limit":
            headers |= {
                "retry-after": f"{fault.retry_after:g}",
                "anthropic-ratelimit-unified-status": "rejected",
                "anthropic-ratelimit-unified-reset": str(int(reset)),
                "anthropic-ratelimit-unified-representative-claim": "five_hour",
            }
        if fault.kind in ("unauthorized", "bad-request", "quota"):
            headers |= {"x-should-retry": "false"}
        body: Mapping[str, Json] = {
            "type": "error",
            "error": {"type": kind, "message": fault.message or message},
            "request_id": "req_scripted",
        }
        return Refused(status, headers, body)


def _event(data: Mapping[str, Json]) -> str:
    return event(data, str(data["type"]))


def _block_start(index: int, block: Mapping[str, Json]) -> str:
    return _event({"type": "content_block_start", "index": index, "content_block": block})


def _block_delta(index: int, delta: Mapping[str, Json]) -> str:
    return _event({"type": "content_block_delta", "index": index, "delta": delta})


def _envelope(asked: Asked, usage: Usage) -> dict[str, Json]:
    return {
        "id": f"msg_{asked.number:06d}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "stop_sequence": None,
        "usage": _usage(usage),
    }


def _usage(usage: Usage) -> Mapping[str, Json]:
    # What came from the cache is counted apart here, and not within the input.
    return {
        "input_tokens": usage.input_tokens - usage.cached_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "cache_creation_input_tokens": 0,
        "output_tokens": usage.output_tokens,
    }


def _stop(reply: Reply) -> str:
    return "tool_use" if reply.tool_calls and reply.stop == "end" else _STOPS[reply.stop]


def _text(content: str | list[_Block]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content if block.type == "text")


def _message(turn: _Turn) -> Message:
    blocks = [] if isinstance(turn.content, str) else turn.content
    return Message(
        role="assistant" if turn.role == "assistant" else "user",
        text=_text(turn.content),
        tool_calls=tuple(
            ToolCall(block.name, json_object(block.input), block.id)
            for block in blocks
            if block.type == "tool_use"
        ),
        tool_results=tuple(
            ToolResult(block.tool_use_id, _text(block.content))
            for block in blocks
            if block.type == "tool_result"
        ),
    )
