"""What goes in and out of the scripted server, whichever API it was said in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from orgloop.engines.protocol import Json, Usage

ApiName = Literal["anthropic", "openai-chat", "openai-responses"]
Stop = Literal["end", "length", "refusal"]
FaultKind = Literal[
    "rate-limit",
    "usage-limit",
    "quota",
    "overloaded",
    "server-error",
    "unauthorized",
    "bad-request",
    "malformed",
    "dies",
]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model asks its client to use."""

    name: str
    arguments: Mapping[str, Json] | str = field(default_factory=dict)
    """A text for tools that take free text (Codex's ``apply_patch``), and for broken JSON."""
    id: str = ""
    """Left out in a reply: the server makes one."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a tool call."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_results: tuple[ToolResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the client offers."""

    name: str
    description: str = ""
    schema: Mapping[str, Json] = field(default_factory=dict)
    """JSON Schema of its arguments; empty for one that takes free text."""
    free_text: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, in the same words for every API."""

    api: ApiName
    model: str
    system: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    stream: bool = False
    max_tokens: int | None = None
    schema: Mapping[str, Json] | None = None
    """JSON Schema that the answer's text is to follow, where the client gave one."""
    number: int = 0
    """Which request to the server this is, from 0."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case; the key that the client sent is among them."""
    body: Mapping[str, Json] = field(default_factory=dict)
    """As it came."""

    @property
    def turn(self) -> int:
        """How often the model has spoken in this conversation before, from 0."""
        pairs = zip(self.messages, (None, *self.messages), strict=False)
        return sum(
            message.role == "assistant" and (before is None or before.role != "assistant")
            for message, before in pairs
        )

    @property
    def last(self) -> Message:
        """The newest message: a question, or what came of the tools; raises IndexError."""
        return self.messages[-1]

    @property
    def text(self) -> str:
        """Everything that was said, for tests that look for something in it."""
        said = [self.system]
        for message in self.messages:
            said += [message.text, *(result.text for result in message.tool_results)]
        return "\n".join(part for part in said if part)

    def has_tool(self, name: str) -> bool:
        """Whether the client offers a tool of that name."""
        return any(tool.name == name for tool in self.tools)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong instead of, or in the middle of, an answer.

    ``usage-limit`` is a subscription's, ``quota`` an account without money. ``malformed`` and
    ``dies`` break off half way: the first says something that is no JSON and ends in good order,
    the second cuts the connection.
    """

    kind: FaultKind
    message: str = ""
    """Left out: one as the provider words it."""
    retry_after: float = 1.0
    """Seconds until a limit resets; goes into ``Retry-After`` and the providers' own headers."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says, or what goes wrong."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    """Cached tokens are part of the input. Left out: a token for every four characters."""
    stop: Stop = "end"
    """``length`` is an answer that the token limit cut off."""
    fault: Fault | None = None
    delay: float = 0.0
    """Seconds before the first byte."""
    pace: float = 0.0
    """Seconds between the pieces of a stream."""
