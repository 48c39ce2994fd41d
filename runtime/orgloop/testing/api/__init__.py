"""A model server on loopback that says what a test tells it to.

It speaks the Anthropic Messages API, OpenAI's Chat Completions and OpenAI's Responses, streaming
and not, with tool calls, usage and the faults that real servers have, so that real clients are
tested without a key. ``python -m orgloop.testing.api`` runs it by itself.
"""

from orgloop.testing.api.exchange import (
    Asked,
    Fault,
    Message,
    Reply,
    Tool,
    ToolCall,
    ToolResult,
)
from orgloop.testing.api.role_answer import role_answer
from orgloop.testing.api.script import Script, conversation
from orgloop.testing.api.server import ApiServer

__all__ = [
    "ApiServer",
    "Asked",
    "Fault",
    "Message",
    "Reply",
    "Script",
    "Tool",
    "ToolCall",
    "ToolResult",
    "conversation",
    "role_answer",
]
