"""Executors keep the same promises. Slurm and Ray have theirs tried in tests/bench/elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.bench import Executor, Job, Step
from orgloop.testing.executor_suite import ExecutorManners, ExecutorSuite
from orgloop.testing.requests import a_task
from orgloop.tune.simulated import simulated_bench
from orgloop.tune.surface import Point, Reading


class TestLocal(ExecutorSuite):
    address = "orgloop.testing.executors:local"


@pytest.mark.slow
class TestStandIn(ExecutorSuite):
    address = "orgloop.testing.executors:stand_in"


class _Flat:
    """A surface that is the same everywhere."""

    def measure(self, point: Point, seed: int) -> Reading:
        return Reading(value=1.5, seconds=2.0)

    def truth(self, point: Point) -> float | None:
        return 1.5


class TestSimulated(ExecutorManners):
    def executor(self, jobs: Path) -> Executor:
        return simulated_bench(_Flat(), a_task())(jobs)

    def job(self, root: Path) -> Job:
        (root / "lab").mkdir()
        (root / "lab" / "train.py").write_text("LEARNING_RATE = 1e-3\n")
        step = Step(name="run", command="true", cwd=root / "lab", env={"ORGLOOP_SEED": "1"})
        return Job(id="j", steps=(step,))
