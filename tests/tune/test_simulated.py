"""A bench without processes answers as a bench would."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.bench import Bench, CrashKind, Job, Measurement, Slot, Step
from orgloop.errors import BenchError
from orgloop.task import Task
from orgloop.testing.requests import a_task
from orgloop.tune.simulated import SimulatedExecutor
from orgloop.tune.surface import Point, Reading


class Slope:
    """The loss is the learning rate, and past one it diverges."""

    def measure(self, point: Point, seed: int) -> Reading:
        rate = float(point["train.py:LEARNING_RATE"])
        if rate > 1:
            return Reading(None, "FloatingPointError: the loss is not finite", 7.0)
        return Reading(rate + seed / 1e12, seconds=42.0)

    def truth(self, point: Point) -> float | None:
        return float(point["train.py:LEARNING_RATE"])


class Checkout:
    def __init__(self, path: Path) -> None:
        self.path = self.lab = path


async def measured(tmp_path: Path, text: str, task: Task, *, times: int = 1) -> Measurement:
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "train.py").write_text(text)
    home = tmp_path / ".orgloop"
    bench = Bench(task, SimulatedExecutor(home / "jobs", Slope(), task), home=home, frozen=lab)
    found = [await bench.measure("r1-e0001-m1", Checkout(lab), 5, Slot(0)) for _ in range(times)]
    assert all(one == found[0] for one in found)
    return found[0]


async def test_the_constants_of_the_checkout_are_looked_up_and_asked_again_say_the_same(
    tmp_path: Path,
) -> None:
    found = await measured(tmp_path, "LEARNING_RATE = 0.25\n", a_task(), times=2)
    assert found.value == 0.25 + 5e-12
    assert (found.crash, found.wall_s) == (None, 42.0)


@pytest.mark.parametrize("keys", [{"evaluate": "x"}, {"evaluate": "x", "predict": "y"}])
async def test_a_frozen_evaluator_has_the_last_word_there_too(
    tmp_path: Path, keys: dict[str, object]
) -> None:
    found = await measured(tmp_path, "LEARNING_RATE = 0.5\n", a_task(**keys))
    assert found.value == 0.5 + 5e-12


async def test_a_crash_reads_like_a_traceback(tmp_path: Path) -> None:
    found = await measured(tmp_path, "LEARNING_RATE = 2.0\n", a_task(evaluate="x"))
    assert found.value is None and found.crash is not None
    assert found.crash.kind is CrashKind.EXCEPTION
    assert found.crash.message == "FloatingPointError: the loss is not finite"
    assert found.wall_s == 7.0


async def test_what_is_no_measurement_cannot_be_run(tmp_path: Path) -> None:
    executor = SimulatedExecutor(tmp_path / "jobs", Slope(), a_task())
    step = Step(name="setup", command="make", cwd=tmp_path)
    with pytest.raises(BenchError, match="this lab's bench is simulated"):
        await executor.run(Job(id="setup-1", steps=(step,)))


async def test_nothing_is_left_of_a_job_that_is_forgotten(tmp_path: Path) -> None:
    await measured(tmp_path, "LEARNING_RATE = 0.25\n", a_task())
    jobs = tmp_path / ".orgloop" / "jobs"
    assert [path.name for path in jobs.iterdir()] == ["r1-e0001-m1"]
    SimulatedExecutor(jobs, Slope(), a_task()).forget("r1-e0001-m1")
    assert list(jobs.iterdir()) == []
