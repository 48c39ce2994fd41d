"""Every executor that ships keeps the same promises. Slurm's own is in tests/bench/elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture(scope="class")
def ray_cluster() -> Iterator[None]:
    """A cluster on this machine that outlives the labs on it."""
    ray = str(Path(sys.executable).with_name("ray"))
    subprocess.run(
        [ray, "start", "--head", "--port=0", "--num-cpus=2", "--include-dashboard=false"],
        check=True,
        capture_output=True,
    )
    yield
    subprocess.run([ray, "stop", "--force"], check=True, capture_output=True)


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
class TestRay(ExecutorSuite):
    address = "orgloop.testing.executors:ray"


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
