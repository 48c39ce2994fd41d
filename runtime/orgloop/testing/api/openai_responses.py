"""The OpenAI Responses API: ``POST /v1/responses``, which Codex speaks."""

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


class _Part(BaseModel):
    type: str
    text: str = ""
    refusal: str = ""


class _Item(BaseModel):
    type: str = "message"
    role: str = "user"
    content: str | list[_Part] | None = None
    name: str = ""
    arguments: str = ""
    input: str = ""
    call_id: str = ""
    output: str | list[_Part] | dict[str, object] | None = None


class _ToolOffer(BaseModel):
    type: str
    name: str = ""
    description: str | None = None
    parameters: dict[str, object] | None = None
    tools: list[_ToolOffer] = Field(default_factory=list)


class _Format(BaseModel):
    type: str = "text"
    schema_: dict[str, object] | None = Field(default=None, alias="schema")


class _Text(BaseModel):
    format: _Format | None = None


class _Request(BaseModel):
    model: str
    input: str | list[_Item]
    instructions: str | None = None
    tools: list[_ToolOffer] = Field(default_factory=list)
    stream: bool | None = False
    max_output_tokens: int | None = None
    text: _Text | None = None


class OpenAiResponses:
    """Speaks Responses."""

    def read(self, body: Mapping[str, Json]) -> Asked:
        """The request; raises ValidationError where it is none."""
        said = _Request.model_validate(body)
        items = [_Item(content=said.input)] if isinstance(said.input, str) else said.input
        ours = [item for item in items if item.role in ("system", "developer")]
        found = [_message(item) for item in items if item.role not in ("system", "developer")]
        form = said.text.format if said.text else None
        return Asked(
            api="openai-responses",
            model=said.model,
            system="\n".join([said.instructions or "", *(_text(item.content) for item in ours)]),
            messages=tuple(message for message in found if message is not None),
            tools=tuple(_offers(said.tools)),
            stream=bool(said.stream),
            max_tokens=said.max_output_tokens,
            schema=None if form is None or form.schema_ is None else json_object(form.schema_),
            body=body,
        )

    def whole(self, asked: Asked, reply: Reply, usage: Usage) -> Mapping[str, Json]:
        """A ``response`` object."""
        return {
            **_envelope(asked, _status(reply)),
            "output": _items(asked, reply),
            "usage": _usage(usage),
            "incomplete_details": _incomplete(reply),
        }

    def stream(self, asked: Asked, reply: Reply, usage: Usage) -> Iterator[str]:
        """Events from ``response.created`` to ``response.completed``."""
        for number, data in enumerate(self._events(asked, reply, usage)):
            yield event({**data, "sequence_number": number}, str(data["type"]))

    def _events(self, asked: Asked, reply: Reply, usage: Usage) -> Iterator[Mapping[str, Json]]:
        empty: Mapping[str, Json] = {**_envelope(asked, "in_progress"), "output": []}
        yield {"type": "response.created", "response": empty}
        yield {"type": "response.in_progress", "response": empty}
        for index, item in enumerate(_items(asked, reply)):
            says = item["type"] == "message"
            yield from _message_events(index, item, reply) if says else _call_events(index, item)
        kind = "response.incomplete" if reply.stop == "length" else "response.completed"
        yield {"type": kind, "response": self.whole(asked, reply, usage)}

    def error(self, fault: Fault) -> Refused:
        """As OpenAI says it."""
        return openai_error(fault)


def _message_events(
    index: int, item: Mapping[str, Json], reply: Reply
) -> Iterator[Mapping[str, Json]]:
    place: Mapping[str, Json] = {"output_index": index, "item_id": item["id"], "content_index": 0}
    name, key = ("refusal", "refusal") if reply.stop == "refusal" else ("output_text", "text")
    yield _added(index, {**item, "status": "in_progress", "content": []})
    yield {
        "type": "response.content_part.added",
        **place,
        "part": {**_part(reply), key: ""},
    }
    for piece in pieces(reply.text):
        yield {"type": f"response.{name}.delta", **place, "delta": piece}
    yield {"type": f"response.{name}.done", **place, key: reply.text}
    yield {"type": "response.content_part.done", **place, "part": _part(reply)}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _call_events(index: int, item: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    at: Mapping[str, Json] = {"output_index": index, "item_id": item["id"]}
    key = "input" if item["type"] == "custom_tool_call" else "arguments"
    name = "custom_tool_call_input" if key == "input" else "function_call_arguments"
    yield _added(index, {**item, "status": "in_progress", key: ""})
    for piece in pieces(str(item[key])):
        yield {"type": f"response.{name}.delta", **at, "delta": piece}
    yield {"type": f"response.{name}.done", **at, key: item[key]}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _part(reply: Reply) -> Mapping[str, Json]:
    if reply.stop == "refusal":
        return {"type": "refusal", "refusal": reply.text}
    return {"type": "output_text", "text": reply.text, "annotations": []}


def _added(index: int, item: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def _items(asked: Asked, reply: Reply) -> list[dict[str, Json]]:
    items: list[dict[str, Json]] = []
    if reply.text:
        items.append(
            {
                "type": "message",
                "id": call_id("msg", asked, 0),
                "status": "incomplete" if reply.stop == "length" else "completed",
                "role": "assistant",
                "content": [_part(reply)],
            }
        )
    free = {tool.name for tool in asked.tools if tool.free_text}
    for index, call in enumerate(reply.tool_calls):
        item: dict[str, Json] = {
            "id": call_id("fc", asked, index),
            "call_id": call.id or call_id("call", asked, index),
            "name": call.name,
            "status": "completed",
        }
        if call.name in free:
            item |= {"type": "custom_tool_call", "input": arguments_text(call.arguments)}
        else:
            item |= {"type": "function_call", "arguments": arguments_text(call.arguments)}
        items.append(item)
    return items


def _envelope(asked: Asked, status: str) -> dict[str, Json]:
    return {
        "id": f"resp_{asked.number:06d}",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "model": asked.model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "usage": None,
    }


def _status(reply: Reply) -> str:
    return "incomplete" if reply.stop == "length" else "completed"


def _incomplete(reply: Reply) -> Json:
    return {"reason": "max_output_tokens"} if reply.stop == "length" else None


def _usage(usage: Usage) -> Mapping[str, Json]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.tokens,
    }


def _offers(tools: list[_ToolOffer]) -> Iterator[Tool]:
    for tool in tools:
        if tool.type == "namespace":
            yield from _offers(tool.tools)
        else:
            yield Tool(
                tool.name or tool.type,
                tool.description or "",
                json_object(tool.parameters or {}),
                free_text=tool.type == "custom",
            )


def _text(content: str | list[_Part] | dict[str, object] | None) -> str:
    if isinstance(content, list):
        return "\n".join(part.text or part.refusal for part in content)
    return content if isinstance(content, str) else str(content or "")


def _message(item: _Item) -> Message | None:
    if item.type == "message":
        role: Literal["user", "assistant"] = "assistant" if item.role == "assistant" else "user"
        return Message(role, _text(item.content))
    if item.type in ("function_call", "custom_tool_call"):
        arguments = parsed_arguments(item.arguments) if item.arguments else item.input
        return Message("assistant", tool_calls=(ToolCall(item.name, arguments, item.call_id),))
    if item.type in ("function_call_output", "custom_tool_call_output"):
        return Message("user", tool_results=(ToolResult(item.call_id, _text(item.output)),))
    return None  # reasoning, and what else a client hands back unread
