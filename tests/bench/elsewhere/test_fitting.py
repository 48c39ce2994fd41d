"""A job written on the lab's machine, on a node that has other GPUs and other files."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.bench import Bind, Box, Job, Slot, Slots, Step
from orgloop.bench.elsewhere.fitting import Unfit, fit
from orgloop.testing.requests import a_task


def job(cwd: Path, *, gpus: tuple[str, ...] = (), **env: str) -> Job:
    box = Box(binds=(Bind(source=cwd, writable=True), Bind(source=Path("/usr"))), gpus=gpus)
    variables = {"CUDA_VISIBLE_DEVICES": ",".join(gpus), **env}
    step = Step(name="run", command="true", cwd=cwd, env=variables, box=box)
    return Job(id="j", steps=(step,), cpus=(0, 1))


@pytest.mark.parametrize(
    ("environment", "visible", "devices"),
    [
        ({"CUDA_VISIBLE_DEVICES": "3,5"}, "3,5", ("3", "5")),
        ({"CUDA_VISIBLE_DEVICES": "0,1,2,3"}, "0,1", ("0", "1")),
        ({"CUDA_VISIBLE_DEVICES": "0,1", "SLURM_JOB_GPUS": "4,6"}, "0,1", ("4", "6")),
        ({"CUDA_VISIBLE_DEVICES": "GPU-a,GPU-b"}, "GPU-a,GPU-b", ("GPU-a", "GPU-b")),
    ],
)
def test_a_step_gets_the_gpus_that_the_scheduler_gave_the_job(
    tmp_path: Path, environment: dict[str, str], visible: str, devices: tuple[str, ...]
) -> None:
    [step] = fit(job(tmp_path, gpus=("0", "1")), environment).steps
    assert step.env["CUDA_VISIBLE_DEVICES"] == visible
    assert step.box.gpus == devices


def test_a_task_that_names_its_devices_itself_keeps_them(tmp_path: Path) -> None:
    own = job(tmp_path, gpus=("0",), CUDA_VISIBLE_DEVICES="7")
    [step] = fit(own, {"CUDA_VISIBLE_DEVICES": "2"}).steps
    assert step.env["CUDA_VISIBLE_DEVICES"] == "7"


def test_a_job_without_gpus_sees_none_of_the_nodes(tmp_path: Path) -> None:
    [step] = fit(job(tmp_path), {"CUDA_VISIBLE_DEVICES": "0,1"}).steps
    assert step.env["CUDA_VISIBLE_DEVICES"] == ""
    assert step.box.gpus == ()


def test_fewer_gpus_than_asked_for_is_no_fault_of_the_experiment(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="1 GPU"):
        fit(job(tmp_path, gpus=("0", "1")), {"CUDA_VISIBLE_DEVICES": "0"})


def test_cpus_are_the_schedulers_to_choose(tmp_path: Path) -> None:
    assert fit(job(tmp_path), {}).cpus == ()


def test_a_directory_that_nodes_do_not_share_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="file system that the nodes share"):
        fit(job(tmp_path / "elsewhere"), {})


def test_what_a_nodes_system_lacks_is_left_out(tmp_path: Path) -> None:
    made = job(tmp_path)
    box = made.steps[0].box
    more = box.model_copy(update={"binds": (*box.binds, Bind(source=Path("/opt/nowhere")))})
    step = made.steps[0].model_copy(update={"box": more})
    [fitted] = fit(made.model_copy(update={"steps": (step,)}), {}).steps
    assert fitted.box.binds == box.binds


def test_a_slot_elsewhere_is_a_place_in_the_queue() -> None:
    task = a_task(slots=2, resources={"cpus": 4, "gpus": 2})
    slots = Slots(task, elsewhere=True, gpus=[])
    assert slots.slots == (Slot(0, (), ("0", "1")), Slot(1, (), ("0", "1")))
