"""Off the event loop, or at once where nothing is gained by waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from orgloop.graph.offload import Inline, Offload


@pytest.fixture(params=[False, True], ids=["threads", "inline"])
def offload(request: pytest.FixtureRequest) -> Iterator[Offload]:
    made = Offload(inline=request.param)
    yield made
    made.close()


async def test_what_is_called_answers_and_raises(offload: Offload) -> None:
    def fail() -> None:
        raise ValueError("no")

    assert await offload.ledger(lambda: 1) == 1
    assert await offload.git(lambda: 2) == 2
    with pytest.raises(ValueError, match="no"):
        await offload.ledger(fail)


async def test_what_can_wait_fails_in_silence(offload: Offload) -> None:
    done = threading.Event()

    def fail() -> None:
        done.set()
        raise ValueError("nobody hears it")

    offload.background(fail)
    assert await asyncio.to_thread(done.wait, 5)


async def test_inline_is_on_the_callers_own_thread() -> None:
    here = threading.get_ident()
    inline, threads = Offload(inline=True), Offload()
    assert await inline.ledger(threading.get_ident) == here
    assert await threads.ledger(threading.get_ident) != here
    asyncio.get_running_loop().set_default_executor(Inline())
    assert await asyncio.to_thread(threading.get_ident) == here
    inline.close()
    threads.close()
