"""What real clients printed, of the versions that docs/engines.md names, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orgloop.desk import Served
from orgloop.engines.agents.claude_code import ClaudeCode
from orgloop.engines.agents.client import Client, Heard
from orgloop.engines.agents.codex import Codex
from orgloop.engines.agents.contract import read_answer
from orgloop.engines.agents.opencode import OpenCode
from orgloop.engines.agents.verdict import failure_of
from orgloop.engines.protocol import Usage
from orgloop.errors import EngineError, EngineOutage

RECORDED = Path(__file__).parent / "recorded"
CLIENTS: dict[str, Client] = {"claude": ClaudeCode(), "codex": Codex(), "opencode": OpenCode()}
FAILURES = [path.stem for path in sorted(RECORDED.glob("*.jsonl")) if "answers" not in path.stem]


def served(name: str) -> Served:
    failed = "answers" not in name
    return Served(int(failed), (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8"))


def heard(name: str) -> tuple[Client, Served, Heard]:
    client, came = CLIENTS[name.partition("_")[0]], served(name)
    return client, came, client.read(came)


def failure(name: str, *, by_key: bool = False) -> EngineError:
    client, came, said = heard(name)
    found = failure_of(client, came, said, by_key=by_key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "requests", "cost"),
    [("claude_answers", 3, 0.0084), ("codex_answers", 2, None), ("opencode_answers", 3, None)],
)
def test_an_answer_is_read_with_what_it_cost(name: str, requests: int, cost: float | None) -> None:
    client, came, said = heard(name)
    assert failure_of(client, came, said, by_key=False) is None
    answer = read_answer(said, ("approve", "reject"))
    assert (answer.note, answer.decision, answer.title) == ("Doubled.", "approve", "LR 1 -> 2")
    tokens = Usage(1000 * requests, 600 * requests, 20 * requests, None)
    assert replace(said.usage, cost_usd=None) == tokens
    assert said.usage.cost_usd == (None if cost is None else pytest.approx(cost))
    assert said.session


def test_a_subscriptions_limit_says_when_it_resets() -> None:
    claude, codex = failure("claude_session_limit"), failure("codex_usage_limit")
    assert isinstance(claude, EngineOutage) and claude.until == 1795624318
    assert "session limit · resets" in claude.message
    assert isinstance(codex, EngineOutage) and codex.until is not None
    assert "hit your usage limit" in codex.message


@pytest.mark.parametrize(
    "name",
    [
        *("claude_rate_limit", "claude_overloaded", "claude_dies"),
        *("codex_rate_limit", "codex_overloaded", "codex_dies"),
    ],
)
def test_what_passes_by_itself_is_waited_out(name: str) -> None:
    found = failure(name)
    assert isinstance(found, EngineOutage)
    assert found.until is None


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("claude_not_logged_in", "`claude setup-token`"),
        ("codex_not_logged_in", "`codex login`"),
        ("opencode_not_logged_in", "`opencode auth login`"),
    ],
)
def test_a_login_that_is_gone_waits_for_the_person(name: str, command: str) -> None:
    found = failure(name)
    assert isinstance(found, EngineOutage)
    assert "is not logged in" in found.message and command in found.hint
    with_a_key = failure(name, by_key=True)
    assert not isinstance(with_a_key, EngineOutage)
    assert "key in the environment" in with_a_key.message


@pytest.mark.parametrize("name", ["claude_no_credit", "codex_no_credit"])
def test_an_account_without_money_is_not_waited_for(name: str) -> None:
    found = failure(name)
    assert not isinstance(found, EngineOutage)
    assert "needs money" in found.hint


def test_a_refusal_is_that_roles_failure_and_was_paid_for() -> None:
    found = failure("claude_refuses")
    assert not isinstance(found, EngineOutage)
    assert found.usage.input_tokens > 0 and found.usage.cost_usd > 0


def test_success_with_is_error_is_no_success() -> None:
    assert '"subtype":"success","is_error":true' in served("claude_overloaded").output
    assert heard("claude_overloaded")[2].error


def test_what_claude_code_had_said_before_its_time_was_up_is_charged() -> None:
    said = served("claude_answers").output.splitlines()
    cut = Served(None, "\n".join(line for line in said if '"type":"result"' not in line), why="Up.")
    client = ClaudeCode()
    found = failure_of(client, cut, client.read(cut), by_key=False)
    assert found is not None and not isinstance(found, EngineOutage)
    assert found.message == "Claude Code did not finish. Up."
    assert found.usage.input_tokens == 3000


def test_opencode_that_retried_until_its_time_was_up_is_an_outage() -> None:
    log = (
        'timestamp=2026-11-25T14:35:01.370Z level=ERROR run=8d message="stream error" '
        'error.error="AI_APICallError: Rate limit reached for requests."'
    )
    cut, client = Served(None, "", errors=log, why="Too long."), OpenCode()
    found = failure_of(client, cut, client.read(cut), by_key=False)
    assert isinstance(found, EngineOutage)
    assert "AI_APICallError: Rate limit reached for requests." in found.message


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize(
    ("came", "says"),
    [
        (Served(0, ""), "ended without a word"),
        (Served(7, "", errors="error: no such model"), "status 7 and said: error: no such model"),
        (Served(1, ""), "said nothing"),
        (Served(1, 'not json\n{"type": 5}\n{"type":"result","usage":[1]}\n[]'), "status 1"),
        (Served(None, "", why="It took longer."), "did not finish. It took longer."),
    ],
)
def test_nonsense_and_silence_are_failures_with_a_sentence(
    client: Client, came: Served, says: str
) -> None:
    found = failure_of(client, came, client.read(came), by_key=False)
    assert found is not None and says in found.message


def test_a_client_that_cannot_reach_its_server_is_an_outage() -> None:
    came = Served(1, "", errors="Error: connect ECONNREFUSED 127.0.0.1:1")
    client = ClaudeCode()
    assert isinstance(failure_of(client, came, client.read(came), by_key=False), EngineOutage)
