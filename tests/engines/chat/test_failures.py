"""What servers do wrong, as real clients tell it: outages that are waited for, and failures."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from orgloop.engines.chat.engine import ChatEngine
from orgloop.errors import EngineError, EngineOutage
from orgloop.testing.api import Asked, Fault, Reply, Script

from .conftest import ANTHROPIC, OPENAI, Asking, good, reader

Make = Callable[[str, Script], Asking]
BOTH = pytest.mark.parametrize("model", [ANTHROPIC, OPENAI])


def always(kind: str, retry_after: float = 1.0) -> Callable[[Asked], Reply]:
    return lambda asked: Reply(fault=Fault(kind, retry_after=retry_after))  # type: ignore[arg-type]


@BOTH
async def test_a_limit_that_resets_late_is_an_outage_until_then(asking: Make, model: str) -> None:
    made = asking(model, always("rate-limit", 900))
    with pytest.raises(EngineOutage, match="at its rate limit") as told:
        await made.engine.think(reader())
    assert told.value.until == pytest.approx(time.time() + 900, abs=30)
    assert len(made.server.asked) == 1, "nobody sleeps in silence"


@BOTH
@pytest.mark.parametrize("kind", ["rate-limit", "overloaded", "server-error", "dies"])
async def test_what_passes_at_once_is_tried_again(asking: Make, model: str, kind: str) -> None:
    def script(asked: Asked) -> Reply:
        if asked.number > 1:
            return good(asked)
        return Reply("x" * 99, fault=Fault(kind, retry_after=0.01))  # type: ignore[arg-type]

    made = asking(model, script)
    assert (await made.engine.think(reader())).decision == "approve"
    assert len(made.server.asked) == 3


@BOTH
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("overloaded", "is overloaded or down"),
        ("server-error", "is overloaded or down"),
        ("dies", "cannot be reached"),
        ("quota", "has nothing left"),
    ],
)
async def test_what_does_not_pass_at_once_is_an_outage(
    asking: Make, model: str, kind: str, said: str
) -> None:
    made = asking(model, always(kind))
    with pytest.raises(EngineOutage, match=said):
        await made.engine.think(reader())


@BOTH
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("unauthorized", "does not accept the key.*_API_KEY"),
        ("bad-request", "could not be asked: The request is not valid"),
        ("malformed", "is no JSON"),
    ],
)
async def test_what_never_passes_is_the_roles_failure(
    asking: Make, model: str, kind: str, said: str
) -> None:
    made = asking(model, always(kind))
    with pytest.raises(EngineError, match=said) as told:
        await made.engine.think(reader())
    assert not isinstance(told.value, EngineOutage)


async def test_a_server_that_is_not_there_is_an_outage(
    asking: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asking(OPENAI, [])
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(EngineOutage, match="cannot be reached"):
        await made.engine.think(reader())


async def test_a_client_that_cannot_be_made_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EngineError, match="could not make a client for"):
        await ChatEngine(OPENAI).think(reader())
