"""What keeps a chat model from thinking is found before a run, without importing LangChain."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from orgloop.engines import ModelUnavailable, engine_for, model_problems, resolve
from orgloop.engines.chat.available import missing
from orgloop.engines.chat.providers import MODULES
from orgloop.role import Role

KEYS = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "ORGLOOP_ENDPOINT_DEN": "http://x/v1"}


@pytest.mark.parametrize(
    ("model", "message", "hint"),
    [
        ("opnai:x", "`opnai` is no provider", "Did you mean `openai`?"),
        ("groq:x", "needs the package langchain-groq", "pip install langchain-groq"),
        ("openai@shed:x", "`shed`, which has no address", "Set ORGLOOP_ENDPOINT_SHED to"),
        ("cohere@den:x", "asks cohere at an endpoint", "`openai@...`"),
        ("openai:a, groq:b", "needs the package langchain-groq", "pip install langchain-groq"),
    ],
)
def test_what_is_missing_is_one_sentence_with_what_to_do(
    model: str, message: str, hint: str
) -> None:
    error = missing(model, KEYS)
    assert error is not None and message in error.message and hint in error.hint


@pytest.mark.parametrize(
    "model", ["openai:x", "anthropic:x", "ollama:x", "openai@den:x", "openai:x, ollama:y"]
)
def test_nothing_is_missing_where_package_key_and_endpoint_are_there(model: str) -> None:
    assert missing(model, KEYS) is None


def test_a_key_that_is_not_set_is_named() -> None:
    error = missing("anthropic:x", {})
    assert error is not None and "ANTHROPIC_API_KEY is not set" in error.message


def test_without_langchain_the_extra_is_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for model, line in (
        ("openai:x", "pip install 'orgloop[chat]'"),
        ("groq:x", "pip install 'orgloop[chat]' langchain-groq"),
    ):
        error = missing(model, KEYS)
        assert error is not None and error.hint == line


def test_check_and_run_say_so_before_anything_begins() -> None:
    role = Role(name="pi", description="P.", model="openai:x", path="roles/pi.md")
    [problem] = model_problems([role], "inherit", env={})
    assert (problem.path, problem.key) == ("roles/pi.md", "model")
    assert "OPENAI_API_KEY is not set" in problem.message


def test_an_engine_that_cannot_think_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    role = Role(name="pi", description="P.", model="openai:x")
    with pytest.raises(ModelUnavailable):
        engine_for(resolve(role, ""), role)


def test_the_providers_are_those_of_langchain() -> None:
    from langchain.chat_models import base

    theirs = {name: entry[0].partition(".")[0] for name, entry in base._BUILTIN_PROVIDERS.items()}
    assert dict(MODULES) == theirs


def test_an_engine_is_made_without_importing_langchain() -> None:
    program = (
        "import os, sys; os.environ['OPENAI_API_KEY'] = 'k'\n"
        "from orgloop.engines import engine_for, resolve\n"
        "from orgloop.role import Role\n"
        "role = Role(name='pi', description='P.', model='openai:x')\n"
        "engine = engine_for(resolve(role, ''), role)\n"
        "assert engine.label == 'openai:x' and engine.reads_brief\n"
        "print([name for name in sys.modules if name.startswith(('langchain', 'langgraph'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
