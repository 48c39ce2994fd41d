"""One promotion at a time."""

from __future__ import annotations

import asyncio

from orgloop.graph.promotions import Promotions


async def test_a_second_candidate_waits_until_the_first_is_done() -> None:
    promotions = Promotions()
    await promotions.take("e0001")
    second = asyncio.create_task(promotions.take("e0002"))
    await asyncio.sleep(0)
    assert not second.done()
    promotions.release("e0001")
    await second


async def test_who_has_the_turn_may_take_it_again() -> None:
    promotions = Promotions()
    await promotions.take("e0001")
    await promotions.take("e0001")
    promotions.release("e0001")
    await promotions.take("e0002")


async def test_a_release_by_somebody_else_changes_nothing() -> None:
    promotions = Promotions()
    await promotions.take("e0001")
    promotions.release("e0002")
    second = asyncio.create_task(promotions.take("e0002"))
    await asyncio.sleep(0)
    assert not second.done()
    second.cancel()
