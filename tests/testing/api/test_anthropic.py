"""Anthropic's own client against the scripted server."""

import anthropic
import httpx
import pytest

from orgloop.engines import Usage
from orgloop.testing.api import ApiServer, Asked, Fault, Reply, ToolCall, conversation

TOOLS = [
    {
        "name": "read",
        "description": "Reads a file.",
        "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}},
    }
]
QUESTION = [{"role": "user", "content": "Hello?"}]


def client(server: ApiServer) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=server.url, api_key="a-key", max_retries=0)


def ask(server: ApiServer, **changes):
    with client(server) as made:
        given = {"model": "any", "max_tokens": 99, "messages": QUESTION} | changes
        return made.messages.create(**given)


def test_an_answer_comes_with_what_it_cost() -> None:
    reply = Reply("Hello.", usage=Usage(input_tokens=100, cached_tokens=60, output_tokens=7))
    with ApiServer([reply]) as server:
        message = ask(server, system="Be brief.")
    assert message.content[0].text == "Hello."
    assert message.stop_reason == "end_turn"
    usage = message.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (40, 60, 7)


def test_the_server_keeps_what_it_was_asked() -> None:
    with ApiServer([Reply("Hello.")]) as server:
        ask(server, system="Be brief.", tools=TOOLS)
        [asked] = server.asked
    assert (asked.api, asked.model, asked.system) == ("anthropic", "any", "Be brief.")
    assert asked.last.text == "Hello?"
    assert asked.has_tool("read")
    assert any(said.endswith("a-key") for said in asked.headers.values())


def test_a_tool_is_called_and_its_result_comes_back() -> None:
    def script(asked: Asked) -> Reply:
        if asked.turn == 0:
            return Reply("I look.", tool_calls=(ToolCall("read", {"path": "a.py"}),))
        assert asked.messages[1].tool_calls[0].arguments == {"path": "a.py"}
        return Reply(f"It says {asked.last.tool_results[0].text}.")

    with ApiServer(script) as server:
        first = ask(server, tools=TOOLS)
        assert first.stop_reason == "tool_use"
        call = first.content[1]
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "LR = 1"}
        again = [
            *QUESTION,
            {"role": "assistant", "content": [block.model_dump() for block in first.content]},
            {"role": "user", "content": [result]},
        ]
        second = ask(server, tools=TOOLS, messages=again)
    assert second.content[0].text == "It says LR = 1."


def test_a_stream_says_the_same_as_the_whole() -> None:
    reply = Reply("A long answer. " * 9, tool_calls=(ToolCall("read", {"path": "a.py"}),))
    with ApiServer([reply, reply]) as server:
        whole = ask(server, tools=TOOLS)
        with (
            client(server) as made,
            made.messages.stream(
                model="any", max_tokens=99, messages=QUESTION, tools=TOOLS
            ) as stream,
        ):
            streamed = stream.get_final_message()
    assert streamed.content[0].text == whole.content[0].text == "A long answer. " * 9
    assert streamed.content[1].input == whole.content[1].input == {"path": "a.py"}
    assert streamed.usage.output_tokens == whole.usage.output_tokens
    assert streamed.stop_reason == whole.stop_reason == "tool_use"


@pytest.mark.parametrize(
    ("stop", "reason"), [("length", "max_tokens"), ("refusal", "refusal"), ("end", "end_turn")]
)
def test_why_an_answer_ends(stop, reason) -> None:
    with ApiServer([Reply("I", stop=stop)]) as server:
        assert ask(server).stop_reason == reason


@pytest.mark.parametrize(
    ("kind", "raised", "status"),
    [
        ("rate-limit", anthropic.RateLimitError, 429),
        ("usage-limit", anthropic.RateLimitError, 429),
        ("quota", anthropic.BadRequestError, 400),
        ("overloaded", anthropic.InternalServerError, 529),
        ("server-error", anthropic.InternalServerError, 500),
        ("unauthorized", anthropic.AuthenticationError, 401),
        ("bad-request", anthropic.BadRequestError, 400),
    ],
)
def test_faults_are_what_the_client_knows_them_as(kind, raised, status) -> None:
    fault = Fault(kind, retry_after=30)
    with ApiServer([Reply(fault=fault)]) as server, pytest.raises(raised) as found:
        ask(server)
    assert found.value.status_code == status
    if status == 429:
        assert found.value.response.headers["retry-after"] == "30"


def test_a_client_that_retries_gets_through_after_a_limit() -> None:
    limit = Reply(fault=Fault("rate-limit", retry_after=0.01))
    with ApiServer([limit, limit, Reply("At last.")]) as server, client(server) as made:
        patient = made.with_options(max_retries=2)
        message = patient.messages.create(model="any", max_tokens=9, messages=QUESTION)
        assert len(server.asked) == 3
    assert message.content[0].text == "At last."


def test_a_server_that_dies_half_way_is_an_error_of_the_connection() -> None:
    dies = Reply("A long answer. " * 9, fault=Fault("dies"))
    with ApiServer([dies, dies]) as server:
        with pytest.raises(anthropic.APIConnectionError):
            ask(server)
        with (
            client(server) as made,
            pytest.raises(Exception, match=r"closed connection|Connection error"),
            made.messages.stream(model="any", max_tokens=99, messages=QUESTION) as stream,
        ):
            stream.get_final_message()


def test_tokens_are_counted_and_models_listed() -> None:
    with ApiServer([], models=("small", "large")) as server, client(server) as made:
        counted = made.messages.count_tokens(model="any", messages=QUESTION)
        assert counted.input_tokens > 0
        assert [model.id for model in made.models.list()] == ["small", "large"]
        assert server.asked == []


def test_a_request_that_makes_no_sense_is_refused() -> None:
    with ApiServer([]) as server:
        found = httpx.post(f"{server.url}/v1/messages", json={"model": 1})
        assert (found.status_code, found.json()["type"]) == (400, "error")
        assert httpx.post(f"{server.url}/v1/messages", content=b"{").status_code == 400
        assert httpx.get(f"{server.url}/v1/else").status_code == 404
        assert httpx.head(server.url).status_code == 200


def test_conversations_go_on_side_by_side() -> None:
    aside = Reply("A title")
    with ApiServer(conversation(Reply("One."), Reply("Two."), aside=aside)) as server:
        second = [*QUESTION, {"role": "assistant", "content": "One."}, *QUESTION]
        said = [
            ask(server, tools=TOOLS, messages=messages).content[0].text
            for messages in (QUESTION, second, QUESTION)
        ]
        assert ask(server).content[0].text == "A title"
        with pytest.raises(anthropic.BadRequestError, match="script of this test is over"):
            ask(server, tools=TOOLS, messages=[*second, {"role": "assistant", "content": "."}])
    assert said == ["One.", "Two.", "One."]


def test_what_a_script_raises_fails_the_test() -> None:
    def script(asked: Asked) -> Reply:
        raise AssertionError(asked.last.text)

    with pytest.raises(AssertionError, match="Hello"), ApiServer(script) as server:
        httpx.post(
            f"{server.url}/v1/messages",
            json={"model": "any", "max_tokens": 9, "messages": QUESTION},
        )


async def test_an_asyncio_program_can_use_it() -> None:
    async with (
        ApiServer([Reply("Hello.")]) as server,
        anthropic.AsyncAnthropic(base_url=server.url, api_key="a-key") as made,
    ):
        message = await made.messages.create(model="any", max_tokens=9, messages=QUESTION)
    assert message.content[0].text == "Hello."
