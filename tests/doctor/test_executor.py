"""What doctor says of a cluster: that it answers, and that a job came back from it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orgloop.bench import Executor, JobResult, LocalExecutor, StepResult
from orgloop.bench.protocol import Ending, Job
from orgloop.doctor import executor as looking
from orgloop.doctor.executor import Comes, executor_findings
from orgloop.doctor.finding import Finding
from orgloop.org import Lab, load_lab
from orgloop.task import Task

TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python train.py --seed {seed}
editable: [train.py]
executor: slurm
slurm: {cluster: local}
---
Make it small.
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "task.md").write_text(TASK)
    (tmp_path / "train.py").write_text("print('loss: 1')\n")
    found, _ = load_lab(tmp_path)
    assert found is not None
    return found


class Elsewhere(LocalExecutor):
    """This machine under another name."""

    elsewhere = True


class Waiting(Elsewhere):
    """A queue that never moves."""

    async def run(self, job: Job) -> JobResult:
        self.ended = asyncio.Event()
        await self.ended.wait()
        return JobResult(id=job.id, steps=(StepResult(name="doctor", ending=Ending.KILLED),))

    async def kill(self, job_id: str) -> None:
        self.ended.set()


class Blind(Elsewhere):
    """Nodes that do not see the lab's directory."""

    async def run(self, job: Job) -> JobResult:
        step = StepResult(name="node", ending=Ending.BROKEN, message="/lab is not there on n1")
        return JobResult(id=job.id, steps=(step,))


async def looked(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    made: type[LocalExecutor] | None = None,
    *,
    quick: bool = False,
    option: str | None = None,
    patience: float = 60.0,
) -> tuple[dict[str, Finding], Comes]:
    def factory(task: Task, name: str | None) -> type[Executor]:
        assert made is not None
        return made

    if made is not None:
        monkeypatch.setattr(looking, "executor_for", factory)
    comes = Comes()
    found = executor_findings(lab, option, comes, quick=quick, patience=patience)
    return {finding.what: finding async for finding in found}, comes


async def test_a_job_that_came_back_says_from_where(lab: Lab, monkeypatch) -> None:
    found, comes = await looked(lab, monkeypatch, Elsewhere)
    assert found["slurm"].state == found["a job"].state == "ok"
    assert "sees this directory" in found["a job"].said
    assert comes.back
    assert not (lab.root / ".orgloop").exists()


async def test_a_queue_that_does_not_move_is_a_warning(lab: Lab, monkeypatch) -> None:
    found, comes = await looked(lab, monkeypatch, Waiting, patience=0.1)
    assert found["a job"].state == "warning"
    assert "still waited" in found["a job"].said
    assert not comes.back


async def test_a_directory_that_is_not_shared_keeps_a_run_from_working(
    lab: Lab, monkeypatch
) -> None:
    found, comes = await looked(lab, monkeypatch, Blind)
    assert found["a job"].state == "missing"
    assert "/lab is not there on n1" in found["a job"].said
    assert not comes.back


async def test_this_machine_needs_no_looking_at(lab: Lab, monkeypatch) -> None:
    found, comes = await looked(lab, monkeypatch, option="local")
    assert found == {}
    assert comes.back


async def test_quick_submits_nothing(lab: Lab, monkeypatch) -> None:
    found, _ = await looked(lab, monkeypatch, Waiting, quick=True)
    assert found["a job"].state == "skipped"


async def test_a_cluster_that_is_not_there_is_missing(lab: Lab, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    task = lab.task.model_copy(
        update={"slurm": lab.task.slurm.model_copy(update={"cluster": "slurm"})}
    )
    found, comes = await looked(Lab(lab.root, task, lab.org), monkeypatch)
    assert found["slurm"].state == "missing"
    assert "`sbatch`" in found["slurm"].said
    assert not comes.back


@pytest.mark.slow
async def test_a_small_job_goes_through_submitit(lab: Lab, monkeypatch) -> None:
    found, _ = await looked(lab, monkeypatch)
    assert found["a job"].state == "ok", found
