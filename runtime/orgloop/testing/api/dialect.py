"""One API's way of saying things, and what all of them share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from orgloop.engines.protocol import Json, Usage
from orgloop.testing.api.exchange import Asked, Fault, Reply

PIECE = 24
"""Characters of text in one event of a stream."""
CREATED = 1_767_225_600
"""Unix time that answers claim to be from: the same in every recording."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is an error."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Json]


class Dialect(Protocol):
    """One API."""

    def read(self, body: Mapping[str, Json]) -> Asked:
        """The request; raises pydantic's ValidationError where it is none."""
        ...

    def whole(self, asked: Asked, reply: Reply, usage: Usage) -> Mapping[str, Json]:
        """The answer in one piece."""
        ...

    def stream(self, asked: Asked, reply: Reply, usage: Usage) -> Iterator[str]:
        """The answer as server-sent events, each with the empty line that ends it."""
        ...

    def error(self, fault: Fault) -> Refused:
        """How this provider says that something is wrong."""
        ...


def event(data: Mapping[str, Json] | str, name: str | None = None) -> str:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    head = "" if name is None else f"event: {name}\n"
    return f"{head}data: {text}\n\n"


def pieces(text: str) -> Iterator[str]:
    """The text as a stream brings it."""
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def arguments_text(arguments: Mapping[str, Json] | str) -> str:
    """A tool call's arguments as they travel."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def parsed_arguments(text: str) -> Mapping[str, Json] | str:
    """The arguments that a client sent back; the text itself where it is no JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict) else text


def usage_of(asked: Asked, reply: Reply) -> Usage:
    """The reply's usage, else one token for every four characters that went each way."""
    if reply.usage is not None:
        return reply.usage
    said = len(reply.text) + sum(
        len(call.name) + len(arguments_text(call.arguments)) for call in reply.tool_calls
    )
    return Usage(input_tokens=count_tokens(asked), output_tokens=max(1, said // 4))


def count_tokens(asked: Asked) -> int:
    """Tokens of a request: a quarter of its characters, tools included."""
    return max(1, len(json.dumps(asked.body)) // 4)


def call_id(prefix: str, asked: Asked, index: int) -> str:
    """An id for a tool call, different from every other of the server."""
    return f"{prefix}_{asked.number:06d}{index:02d}"


def json_object(found: Mapping[str, object]) -> Mapping[str, Json]:
    """What came out of JSON, which the checker cannot know."""
    return cast("Mapping[str, Json]", found)
