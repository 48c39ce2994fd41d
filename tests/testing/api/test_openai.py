"""OpenAI's own client against the scripted server: Chat Completions and Responses."""

import json

import openai
import pytest

from orgloop.engines import Usage
from orgloop.testing.api import ApiServer, Fault, Reply, ToolCall

PARAMETERS = {"type": "object", "properties": {"path": {"type": "string"}}}
CHAT_TOOLS = [{"type": "function", "function": {"name": "read", "parameters": PARAMETERS}}]
TOOLS = [
    {"type": "function", "name": "read", "parameters": PARAMETERS, "strict": False},
    {"type": "custom", "name": "apply_patch"},
]
QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
USAGE = Usage(input_tokens=100, cached_tokens=60, output_tokens=7)
LONG = Reply("A long answer. " * 9, usage=USAGE)
CALLS = Reply("I look.", tool_calls=(ToolCall("read", {"path": "a.py"}),))


def client(server: ApiServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="a-key", max_retries=0)


def chat(server: ApiServer, **changes):
    with client(server) as made:
        return made.chat.completions.create(**({"model": "any", "messages": QUESTION} | changes))


def respond(server: ApiServer, **changes):
    with client(server) as made:
        return made.responses.create(**({"model": "any", "input": "Hello?"} | changes))


def test_a_chat_answer_comes_with_what_it_cost() -> None:
    with ApiServer([LONG]) as server:
        found = chat(server)
        assert server.asked[0].system == "Be brief."
        assert server.asked[0].last.text == "Hello?"
    assert found.choices[0].message.content == LONG.text
    assert found.choices[0].finish_reason == "stop"
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (100, 7)
    assert found.usage.prompt_tokens_details.cached_tokens == 60


def test_a_chat_stream_says_the_same_as_the_whole() -> None:
    with ApiServer([CALLS, LONG]) as server, client(server) as made:
        calls = list(
            made.chat.completions.create(
                model="any", messages=QUESTION, tools=CHAT_TOOLS, stream=True
            )
        )
        said = list(
            made.chat.completions.create(
                model="any",
                messages=QUESTION,
                stream=True,
                stream_options={"include_usage": True},
            )
        )
    parts = [part for piece in calls for part in piece.choices[0].delta.tool_calls or ()]
    assert json.loads("".join(part.function.arguments for part in parts)) == {"path": "a.py"}
    assert calls[-1].choices[0].finish_reason == "tool_calls"
    text = "".join(piece.choices[0].delta.content or "" for piece in said if piece.choices)
    assert text == LONG.text
    assert said[-1].usage.total_tokens == 107


def test_a_chat_tool_is_called_and_its_result_comes_back() -> None:
    with ApiServer([CALLS, Reply("Good.")]) as server:
        first = chat(server, tools=CHAT_TOOLS).choices[0]
        assert first.finish_reason == "tool_calls"
        call = first.message.tool_calls[0]
        result = {"role": "tool", "tool_call_id": call.id, "content": "LR = 1"}
        chat(server, messages=[*QUESTION, first.message.model_dump(exclude_none=True), result])
        again = server.asked[1]
    assert again.turn == 1
    assert again.messages[1].tool_calls[0].arguments == {"path": "a.py"}
    assert again.last.tool_results[0].text == "LR = 1"


def test_how_a_chat_answer_is_cut_off_or_refused() -> None:
    with ApiServer([Reply("I", stop="length"), Reply("No.", stop="refusal")]) as server:
        assert chat(server).choices[0].finish_reason == "length"
        refused = chat(server).choices[0].message
    assert (refused.content, refused.refusal) == (None, "No.")


def test_a_response_comes_with_what_it_cost() -> None:
    with ApiServer([LONG]) as server:
        found = respond(server, instructions="Be brief.")
        assert server.asked[0].system.strip() == "Be brief."
    assert (found.output_text, found.status) == (LONG.text, "completed")
    assert (found.usage.input_tokens, found.usage.output_tokens) == (100, 7)
    assert found.usage.input_tokens_details.cached_tokens == 60


def test_a_stream_of_a_response_says_the_same_as_the_whole() -> None:
    both = Reply(
        LONG.text,
        tool_calls=(ToolCall("read", {"path": "a.py"}), ToolCall("apply_patch", "*** Begin")),
    )
    with (
        ApiServer([both]) as server,
        client(server) as made,
        made.responses.stream(model="any", input="Hello?", tools=TOOLS) as stream,
    ):
        kinds = [event.type for event in stream]
        found = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert "response.output_text.delta" in kinds
    message, function, custom = found.output
    assert message.content[0].text == LONG.text
    assert (function.type, json.loads(function.arguments)) == ("function_call", {"path": "a.py"})
    assert (custom.type, custom.input) == ("custom_tool_call", "*** Begin")


def test_results_of_a_responses_tools_come_back() -> None:
    with ApiServer([CALLS, Reply("Good.")]) as server:
        first = respond(server, tools=TOOLS)
        call = first.output[1]
        given = [
            {"role": "user", "content": "Hello?"},
            *(item.model_dump(exclude_none=True) for item in first.output),
            {"type": "function_call_output", "call_id": call.call_id, "output": "LR = 1"},
        ]
        respond(server, input=given, tools=TOOLS)
        again = server.asked[1]
    assert again.turn == 1
    assert again.last.tool_results[0].text == "LR = 1"


def test_how_a_response_is_cut_off_or_refused() -> None:
    with ApiServer([Reply("I", stop="length"), Reply("No.", stop="refusal")]) as server:
        cut = respond(server)
        assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
        assert respond(server).output[0].content[0].refusal == "No."


@pytest.mark.parametrize("ask", [chat, respond])
@pytest.mark.parametrize(
    ("kind", "raised", "status"),
    [
        ("rate-limit", openai.RateLimitError, 429),
        ("usage-limit", openai.RateLimitError, 429),
        ("quota", openai.RateLimitError, 429),
        ("overloaded", openai.InternalServerError, 503),
        ("server-error", openai.InternalServerError, 500),
        ("unauthorized", openai.AuthenticationError, 401),
        ("bad-request", openai.BadRequestError, 400),
    ],
)
def test_faults_are_what_the_client_knows_them_as(ask, kind, raised, status) -> None:
    fault = Fault(kind, retry_after=30)
    with ApiServer([Reply(fault=fault)]) as server, pytest.raises(raised) as found:
        ask(server)
    assert found.value.status_code == status
    if kind == "rate-limit":
        assert found.value.response.headers["x-ratelimit-reset-requests"] == "30s"
        assert found.value.response.headers["retry-after"] == "30"
    if kind == "usage-limit":
        assert found.value.body["resets_in_seconds"] == 30


@pytest.mark.parametrize("ask", [chat, respond])
def test_a_server_that_dies_half_way_is_an_error_of_the_connection(ask) -> None:
    dies = Reply(LONG.text, fault=Fault("dies"))
    with ApiServer([dies]) as server, pytest.raises(openai.APIConnectionError):
        ask(server)


@pytest.mark.parametrize("ask", [chat, respond])
def test_a_stream_that_stops_making_sense_ends_without_its_end(ask) -> None:
    broken = Reply(LONG.text, fault=Fault("malformed"))
    with ApiServer([broken]) as server, pytest.raises((openai.OpenAIError, ValueError)):
        list(ask(server, stream=True))


@pytest.mark.parametrize("ask", [chat, respond])
def test_an_answer_that_is_no_json(ask) -> None:
    broken = Reply(LONG.text, fault=Fault("malformed"))
    with ApiServer([broken]) as server, pytest.raises((openai.OpenAIError, ValueError)):
        ask(server)


def test_a_slow_answer_runs_into_the_clients_limit() -> None:
    with ApiServer([Reply("Late.", delay=5.0)]) as server, client(server) as made:
        hasty = made.with_options(timeout=0.1)
        with pytest.raises(openai.APITimeoutError):
            hasty.chat.completions.create(model="any", messages=QUESTION)
