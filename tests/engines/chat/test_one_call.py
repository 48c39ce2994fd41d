"""A role that only reads is asked once, by LangChain's real clients, streaming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from orgloop.engines.protocol import Evidence, Verdict
from orgloop.errors import EngineError
from orgloop.testing.api import Asked, Fault, Reply, Script, ToolCall
from orgloop.usage import Usage

from .conftest import ANTHROPIC, LOCAL, MODELS, OPENAI, PAID, Asking, counted, good, reader, says

Make = Callable[[str, Script], Asking]


@pytest.mark.parametrize("model", MODELS)
async def test_it_answers_in_one_call_held_to_the_labels(asking: Make, model: str) -> None:
    made = asking(model, good)
    answer = await made.engine.think(reader())
    assert (answer.decision, answer.note) == ("approve", "It holds.\n\nI read it all.")
    assert counted(answer.usage) == PAID
    assert answer.usage.model == model
    [asked] = made.server.asked
    assert asked.stream and asked.schema is not None and "tools" not in asked.body
    assert asked.schema["properties"]["decision"]["enum"] == ["approve", "revise", "reject"]  # type: ignore[index,call-overload]


async def test_a_model_that_knows_no_schema_answers_by_a_tool(asking: Make) -> None:
    made = asking("anthropic:claude-3-haiku-20240307", good)
    answer = await made.engine.think(reader())
    assert answer.decision == "approve"
    assert [tool.name for tool in made.server.asked[0].tools] == ["answer"]


async def test_it_is_told_the_brief_the_files_and_what_each_decision_does(asking: Make) -> None:
    made = asking(OPENAI, good)
    await made.engine.think(reader())
    [asked] = made.server.asked
    assert "`revise`, which hands it to the experimenter" in asked.system
    assert "`approve`, which has the bench measure it" in asked.system
    assert '<file path="train.py">\nLR = 1e-3' in asked.last.text
    assert "You are a role of a sample." in asked.last.text


async def test_once_there_are_numbers_the_files_are_left_out(asking: Make) -> None:
    made = asking(OPENAI, good)
    measured = Evidence(verdict=Verdict("better", 1.0, 0.1, "It is."))
    await made.engine.think(replace(reader(), evidence=measured))
    assert "<file" not in made.server.asked[0].last.text


@pytest.mark.parametrize("model", MODELS)
async def test_a_malformed_answer_is_asked_again_with_the_reason(asking: Make, model: str) -> None:
    def script(asked: Asked) -> Reply:
        if asked.number == 0:
            return says(asked, note="Hm.", title="T", decision="perhaps")
        return good(asked)

    made = asking(model, script)
    answer = await made.engine.think(reader())
    assert answer.decision == "approve"
    assert "decision: Input should be 'approve', 'revise' or 'reject'" in made.server.asked[1].text
    assert answer.usage.input_tokens == 200, "both calls are paid for"


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Certainly, I approve.", usage=PAID),
        Reply('{"note": "", "title": "T", "decision": "approve"}', usage=PAID),
        Reply('{"note": "Half', usage=PAID),
        Reply("", usage=PAID),
    ],
)
async def test_malformed_twice_is_the_roles_failure_and_is_paid_for(
    asking: Make, reply: Reply
) -> None:
    made = asking(LOCAL, lambda asked: reply)
    with pytest.raises(EngineError, match="answered twice in a form that cannot be used") as told:
        await made.engine.think(reader())
    assert counted(told.value.usage) == PAID + PAID
    assert len(made.server.asked) == 2


async def test_a_tool_call_with_broken_arguments_is_asked_again(asking: Make) -> None:
    def script(asked: Asked) -> Reply:
        if asked.number == 0:
            return Reply(tool_calls=(ToolCall("answer", '{"note": "Hal'),))
        return good(asked)

    made = asking("anthropic:claude-3-haiku-20240307", script)
    assert (await made.engine.think(reader())).decision == "approve"


async def test_json_with_words_around_it_is_understood(asking: Make) -> None:
    text = 'Here:\n```json\n{"note": "No.", "title": "T", "decision": "reject"}\n```\nDone.'
    made = asking(LOCAL, [Reply(text)])
    assert (await made.engine.think(reader())).decision == "reject"


@pytest.mark.parametrize("model", MODELS)
async def test_a_refusal_is_told_as_one(asking: Make, model: str) -> None:
    made = asking(model, [Reply("I will not.", stop="refusal", usage=PAID)])
    with pytest.raises(EngineError, match="refused to answer") as told:
        await made.engine.think(reader())
    assert counted(told.value.usage) == PAID


@pytest.mark.parametrize("model", MODELS)
async def test_an_answer_that_was_cut_off_is_told_as_one(asking: Make, model: str) -> None:
    made = asking(model, lambda asked: replace(good(asked), stop="length"))
    with pytest.raises(EngineError, match="cut off in the middle of its answer after 7") as told:
        await made.engine.think(reader())
    assert counted(told.value.usage) == PAID


async def test_another_model_answers_where_the_first_cannot(asking: Make) -> None:
    def script(asked: Asked) -> Reply:
        if asked.api == "anthropic":
            return Reply(fault=Fault("rate-limit", retry_after=900))
        return good(asked)

    made = asking(f"{ANTHROPIC}, {LOCAL}", script)
    answer = await made.engine.think(reader())
    assert answer.decision == "approve"
    assert answer.data["model"] == "some-local-model"
    assert [asked.api for asked in made.server.asked] == ["anthropic", "openai-chat"]


async def test_an_endpoint_is_asked_with_its_own_key_and_never_the_providers(
    asking: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asking("openai@den:qwen", good)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ORGLOOP_ENDPOINT_DEN", f"{made.server.url}/v1")
    assert (await made.engine.think(reader())).decision == "approve"
    [asked] = made.server.asked
    assert "a-key" not in str(asked.headers) and asked.model == "qwen"


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [(OPENAI, "max", "xhigh"), (OPENAI, "low", "low"), (LOCAL, "high", None)],
)
async def test_effort_goes_to_models_that_have_it(
    asking: Make, model: str, effort: str, sent: str | None
) -> None:
    made = asking(model, good)
    request = reader()
    await made.engine.think(replace(request, role=replace(request.role, effort=effort)))
    assert made.server.asked[0].body.get("reasoning_effort") == sent


async def test_dollars_are_taken_from_an_answer_that_tells_them() -> None:
    from langchain_core.messages import AIMessage

    from orgloop.engines.chat.meter import usage_of

    message = AIMessage(
        "",
        usage_metadata={"input_tokens": 3, "output_tokens": 2, "total_tokens": 5},
        response_metadata={"token_usage": {"cost": 0.25}},
    )
    assert usage_of(message) == Usage(3, 0, 2, 0.25)
    assert usage_of(AIMessage("")) == Usage()
