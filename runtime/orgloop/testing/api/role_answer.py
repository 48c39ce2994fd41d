"""A role's answer, in the form in which the chat engine asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from orgloop.engines.protocol import Json, Usage
from orgloop.testing.api.exchange import Asked, Reply, ToolCall


def role_answer(asked: Asked, answer: Mapping[str, Json], usage: Usage | None = None) -> Reply:
    """A call of the tool ``answer`` where there is one, else JSON."""
    if asked.has_tool("answer"):
        return Reply(tool_calls=(ToolCall("answer", answer),), usage=usage)
    return Reply(json.dumps(answer), usage=usage)
