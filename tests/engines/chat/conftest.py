"""A model server on loopback, and an engine that asks it through LangChain's own clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orgloop.engines.chat.engine import ChatEngine
from orgloop.engines.protocol import Json, Request
from orgloop.role import Role
from orgloop.testing.api import ApiServer, Asked, Reply, Script, role_answer
from orgloop.testing.desk import FolderDesk
from orgloop.testing.requests import a_request
from orgloop.usage import Usage

ANTHROPIC = "anthropic:claude-opus-4-7"
OPENAI = "openai:gpt-5.5"
LOCAL = "openai:some-local-model"
MODELS = (ANTHROPIC, OPENAI, LOCAL)
TRAIN = 'LR = 1e-3\nWIDTH = 64\nprint("loss:", 1.0)\n'
PAID = Usage(input_tokens=100, cached_tokens=60, output_tokens=7)


def counted(usage: Usage) -> Usage:
    """Without the model that it is of."""
    return replace(usage, model="")


def says(asked: Asked, **answer: Json) -> Reply:
    """An answer in the form that the client asks for."""
    return role_answer(asked, answer, PAID)


def good(asked: Asked) -> Reply:
    """An answer that is right for both sample requests of this page."""
    shape = json.dumps(asked.schema or [tool.schema for tool in asked.tools])
    answer: dict[str, Json] = {"note": "It holds.\n\nI read it all."}
    if '"title"' in shape and "one line: what is changed" in shape:
        answer["title"] = "LR 1e-3 -> 2e-3"
    if '"approve"' in shape:
        answer["decision"] = "approve"
    return says(asked, **answer)


@dataclass
class Asking:
    """An engine and the server that it asks."""

    engine: ChatEngine
    server: ApiServer


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Script], Asking]]:
    """Makes an engine for a model whose server follows a script."""
    import orgloop.engines.chat.agent as agent

    monkeypatch.setattr(agent, "FIRST_WAIT", 0.01)
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(key, "a-key")
    with ExitStack() as servers:

        def make(model: str, script: Script) -> Asking:
            server = servers.enter_context(ApiServer(script))
            monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
            return Asking(ChatEngine(model), server)

        yield make


def reader() -> Request:
    """A role that only reads is asked to decide."""
    role = Role(name="reviewer", description="Reads.", tools=frozenset({"Read", "Grep"}))
    leads = {"approve": "bench", "revise": "experimenter", "reject": "discard"}
    request = a_request(
        files={"train.py": TRAIN, "notes.md": "hi"}, decisions=tuple(leads), role=role
    )
    return replace(request, leads_to=leads)


def worker(lab: Path, *, hidden: tuple[str, ...] = (), **role: object) -> Request:
    """A role with every tool is asked to work at a desk."""
    made = Role(name="experimenter", description="Works.", **role)  # type: ignore[arg-type]
    request = a_request(files={"train.py": TRAIN, "task.md": "x", "secret.txt": "s"}, role=made)
    return replace(request, desk=FolderDesk(lab, request.files, hidden=hidden))
