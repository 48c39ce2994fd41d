"""The simulated tasks that ship are labs, and what is simulated is what they would print."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.engines.tunables import discover, splice
from orgloop.errors import NotALab, UserError
from orgloop.org import load_lab
from orgloop.tune.simulated import CheckedOut
from orgloop.tune.tasks import TrialTask, find_tasks, lab_task, shipped_task, shipped_tasks

NAMES = [task.name for task in shipped_tasks()]
PROGRAMS = [name for name in NAMES if name != "bytes-lm-table"]


@pytest.fixture(params=NAMES)
def task(request: pytest.FixtureRequest) -> TrialTask:
    return shipped_task(request.param)


def test_four_are_for_tuning_and_two_others_are_held_out() -> None:
    tuning = {one.name for one in shipped_tasks("tuning")}
    held_out = {one.name for one in shipped_tasks("held-out")}
    assert (len(tuning), len(held_out)) == (4, 2)
    assert tuning | held_out == set(NAMES)


def test_each_checks_without_a_remark_and_its_baseline_has_room(task: TrialTask) -> None:
    loaded, problems = load_lab(task.root)
    assert loaded is not None and list(problems) == []
    assert task.surface is not None and task.simulated
    space = discover(CheckedOut(task.root, task.task), task.task)
    assert len(space) >= 6 and not [note for note in space.notes if note.wants_mending]
    start = task.surface.truth(space.values)
    assert start is not None
    readings = {task.surface.measure(space.values, seed).value for seed in range(4)}
    assert len(readings) == 4, "runs are noisy"
    assert task.surface.measure(space.values, 7) == task.surface.measure(space.values, 7)


@pytest.mark.parametrize("name", PROGRAMS)
def test_run_for_real_it_prints_the_number_that_is_simulated(name: str, tmp_path: Path) -> None:
    task = shipped_task(name)
    lab = shutil.copytree(task.root, tmp_path / "lab")
    files = CheckedOut(lab, task.task)
    space = discover(files, task.task)
    point = {one.key: one.from_unit(0.45) for one in space if one.choices is None}
    for path, content in splice(files, space, point).items():
        (lab / path).write_bytes(content)
    environment = {**os.environ, "ORGLOOP_SEED": "11", "ORGLOOP_ARTIFACTS": str(lab)}
    for command in (["program.py", "--seed", "11"], ["surface.py"]):
        done = subprocess.run(
            [sys.executable, "-S", "-E", *command],
            cwd=lab,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert task.surface is not None
    said = task.surface.measure({**space.values, **point}, 11)
    if said.value is None:
        assert said.crash in done.stderr
    else:
        assert done.stdout == f"loss: {said.value!r}\n"


def test_a_directory_is_a_lab_of_ones_own_and_runs_for_real() -> None:
    root = shipped_task("bowl").root
    task = lab_task(root)
    assert (task.name, task.kind, task.simulated) == ("bowl", "lab", False)


def test_groups_stand_for_their_tasks_and_each_comes_once() -> None:
    found = find_tasks(["mixed", "held-out"])
    assert [one.name for one in found] == ["mixed", "bold"]


def test_a_name_that_is_none_has_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no task `bowel`") as raised:
        find_tasks(["bowel"])
    assert "bowl" in raised.value.hint
    with pytest.raises(NotALab):
        find_tasks([str(tmp_path)])


def test_two_tasks_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    shutil.copytree(shipped_task("bowl").root, tmp_path / "other")
    with pytest.raises(UserError, match="Two tasks are called `bowl`"):
        find_tasks(["bowl", str(tmp_path / "other")])


def test_hidden_from_roles_is_what_the_task_scores_with() -> None:
    assert all(shipped_task(name).task.hidden == ("surface.py",) for name in PROGRAMS)
