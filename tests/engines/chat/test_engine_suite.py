"""The suite that every engine runs, against real clients and at a desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from orgloop.engines.protocol import Engine, Request
from orgloop.testing.api import Asked, Reply, Script, ToolCall
from orgloop.testing.engine_suite import EngineSuite

from .conftest import ANTHROPIC, LOCAL, Asking, good, reader


def edits_first(asked: Asked) -> Reply:
    if asked.turn == 0 and asked.has_tool("edit"):
        change = {"path": "train.py", "old": "WIDTH = 64", "new": "WIDTH = 96"}
        return Reply(tool_calls=(ToolCall("edit", change),))
    return good(asked)


class ChatSuite(EngineSuite):
    model = ""

    @pytest.fixture(autouse=True)
    def _server(self, asking: Callable[[str, Script], Asking]) -> None:
        self._made = asking(self.model, edits_first).engine

    def engine(self) -> Engine:
        return self._made

    def requests(self) -> Sequence[Request]:
        return [*super().requests(), reader()]


class TestOpenAi(ChatSuite):
    model = LOCAL


class TestAnthropic(ChatSuite):
    model = ANTHROPIC
