from __future__ import annotations

import pytest

from orgloop.engines.chat.names import ChatName, chat_names, is_chat


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("openai:gpt-5.5", [ChatName("openai", "gpt-5.5")]),
        ("ollama:qwen3:8b", [ChatName("ollama", "qwen3:8b")]),
        ("google-genai:gemini-3", [ChatName("google_genai", "gemini-3")]),
        ("openai@my-box:org/model", [ChatName("openai", "org/model", "my-box")]),
        ("openai:a, ollama:b", [ChatName("openai", "a"), ChatName("ollama", "b")]),
    ],
)
def test_a_model_names_providers_endpoints_and_those_to_fall_back_on(
    written: str, names: list[ChatName]
) -> None:
    assert is_chat(written)
    assert list(chat_names(written)) == names


@pytest.mark.parametrize("written", ["gpt", "openai:", ":x", "openai@:x", "openai:a,", "a:b c"])
def test_anything_else_is_no_chat_model(written: str) -> None:
    assert not is_chat(written)
