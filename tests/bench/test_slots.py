"""Who gets which place on the bench, and when."""

import asyncio
import logging

import pytest

from orgloop.bench import Priority, Slots
from orgloop.errors import UserError
from orgloop.task.model import Task


def task(**keys) -> Task:
    base = {"name": "t", "metric": "m", "goal": "minimize", "run": "true", "editable": ["x"]}
    return Task.model_validate(base | keys)


def test_slots_have_cpus_of_their_own() -> None:
    slots = Slots(task(slots=2, resources={"cpus": 2}), cpus=[0, 1, 4, 5])
    assert [slot.cpus for slot in slots.slots] == [(0, 1), (4, 5)]


def test_too_few_cpus_are_shared_with_a_warning(caplog) -> None:
    with caplog.at_level(logging.WARNING, "orgloop.bench"):
        slots = Slots(task(slots=3), cpus=[0, 1])
    assert [slot.cpus for slot in slots.slots] == [(0,), (1,), (0,)]
    assert "share 2 CPU(s)" in caplog.text


def test_gpus_are_dealt_out_and_their_absence_is_told() -> None:
    wanted = task(slots=2, resources={"gpus": 1})
    assert [slot.gpus for slot in Slots(wanted, cpus=[0, 1], gpus=["0", "3"]).slots] == [
        ("0",),
        ("3",),
    ]
    with pytest.raises(UserError, match="asks for 1 GPU"):
        Slots(wanted, cpus=[0, 1], gpus=[])


async def test_promotions_go_first_and_then_whoever_came_first() -> None:
    slots = Slots(task(), cpus=[0])
    held = await slots.acquire()
    order: list[str] = []

    async def use(name: str, priority: Priority) -> None:
        async with slots.hold(priority):
            order.append(name)

    kinds = [Priority.FIRST, Priority.REPLICATE, Priority.FIRST, Priority.PROMOTION]
    waiting = [asyncio.create_task(use(f"{n}", kind)) for n, kind in enumerate(kinds)]
    await asyncio.sleep(0)
    assert slots.waiting == 4
    slots.release(held)
    await asyncio.gather(*waiting)
    assert order == ["3", "1", "0", "2"]


async def test_a_wait_that_is_cancelled_loses_no_slot() -> None:
    slots = Slots(task(), cpus=[0])
    held = await slots.acquire()
    waiting = asyncio.create_task(slots.acquire())
    await asyncio.sleep(0)
    slots.release(held)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert slots.free == 1


async def test_busy_time_and_the_length_of_a_run_are_known() -> None:
    now = 0.0
    slots = Slots(task(slots=2), cpus=[0, 1], clock=lambda: now)
    assert slots.mean_run_s is None
    one, two = await slots.acquire(), await slots.acquire()
    now = 3.0
    slots.release(one)
    now = 5.0
    assert slots.busy_s == 8.0
    slots.release(two)
    assert slots.busy_s == 8.0
    assert slots.mean_run_s == 4.0
    with pytest.raises(ValueError, match="not held"):
        slots.release(two)
