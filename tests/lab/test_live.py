"""A running lab: edited, steered, interrupted and killed from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger

from .conftest import SOLO, WORKER, TinyLab

Make = Callable[..., TinyLab]
SLOW = "engine = Scripted({'worker': lambda r: Line(edits=put(r, A=float(number(r)), SLEEP=0.05))})"
ENDLESS = SOLO.replace("budget: {experiments: 4}\n", "")
PATIENCE = 60.0


@contextmanager
def running(lab: TinyLab, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`orgloop run` in a process of its own."""
    path = os.pathsep.join([str(lab.minds_dir), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from orgloop.cli import main; main()",
            "run",
            str(lab.root),
            "--json",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(lab: TinyLab, happened: Callable[[Ledger], object]) -> None:
    """Wait until the ledger says so; the limit is only there so that a failure ends."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            with lab.ledger() as ledger:
                if happened(ledger):
                    return
        except LedgerError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def finished(ledger: Ledger) -> int:
    return ledger.runs.counts("r1").finished


def ask(lab: TinyLab, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from orgloop.cli import main; main()", *arguments, str(lab.root)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_ctrl_c_stops_cleanly_and_a_second_run_goes_on(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert summary["state"] == "stopped"
    again = lab.run(experiments=summary["experiments"] + 2)
    assert again.run == "r1"
    assert again.experiments == summary["experiments"] + 2


def test_stop_and_pause_work_from_another_process(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        assert ask(lab, "pause").returncode == 0
        wait_for(lab, lambda ledger: (run := ledger.runs.get("r1")) and run.state == "paused")
        assert ask(lab, "resume").returncode == 0
        with lab.ledger() as ledger:
            seen = finished(ledger)
        wait_for(lab, lambda ledger: finished(ledger) > seen)
        assert ask(lab, "stop").returncode == 0
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert json.loads(out)["state"] == "stopped"


def test_stop_now_ends_the_run_on_the_bench_and_charges_nothing_for_it(tiny: Make) -> None:
    slow = SLOW.replace("SLEEP=0.05", "SLEEP=(0.0 if number(r) < 2 else 25.0)")
    lab = tiny(slow, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) == 1 and ledger.measurements.running("r1"))
        assert ask(lab, "stop", "--now").returncode == 0
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert (summary["experiments"], summary["running"], summary["crashed"]) == (1, 1, 0)


def test_a_dropped_role_takes_part_in_the_next_experiment_of_a_running_lab(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        lab.write("roles/theorist.md", WORKER.replace("worker", "theorist").replace(", Edit", ""))
        wired = ENDLESS.replace("    worker --> bench", "    theorist --> worker --> bench")
        lab.write("org/charter.md", wired)
        wait_for(lab, lambda ledger: (row := ledger.generations.latest("r1")) and row.number == 2)
        wait_for(
            lab,
            lambda ledger: any(
                step.node == "theorist"
                for row in ledger.experiments.recent("r1")
                for step in ledger.steps.of("r1", row.id)
            ),
        )
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert {row.generation for row in lab.experiments()} == {1, 2}


def test_a_broken_edit_is_reported_with_its_line_and_the_run_goes_on(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        lab.write("org/charter.md", ENDLESS.replace("worker --> bench", "wroker --> bench"))
        wait_for(lab, lambda ledger: ledger.problems.open("r1"))
        with lab.ledger() as ledger:
            problem = ledger.problems.open("r1")[0]
            seen = finished(ledger)
        line = ENDLESS.splitlines().index("    worker --> bench") + 1
        assert (problem.path, problem.line) == ("org/charter.md", line)
        wait_for(lab, lambda ledger: finished(ledger) > seen + 1)
        lab.write("org/charter.md", ENDLESS)
        wait_for(lab, lambda ledger: not ledger.problems.open("r1"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert {row.generation for row in lab.experiments()} == {1}


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_kill_9_loses_no_finished_experiment_and_counts_none_twice(tiny: Make, kills: int) -> None:
    """Killed at points that a seeded draw chooses; at the end every experiment is accounted for."""
    import random

    lab = tiny(SLOW, charter=ENDLESS, program=TinyProgram)
    draw = random.Random(7)
    before: dict[str, tuple[str, float | None]] = {}
    for _ in range(kills):
        with running(lab) as process:
            seen = len(before)
            wait_for(lab, lambda ledger, seen=seen: finished(ledger) > seen)
            time.sleep(draw.uniform(0.0, 0.3))
            process.kill()
            process.communicate()
        after = {row.id: (row.status, row.value) for row in lab.experiments()}
        assert before.items() <= after.items()
        before = after
    total = len(before) + 3
    summary = lab.run(experiments=total)
    assert summary.experiments == total
    assert [row.id for row in sorted(lab.experiments(), key=lambda row: row.id)] == [
        f"e{number:04}" for number in range(1, total + 1)
    ]
    with lab.ledger() as ledger:
        for row in lab.experiments():
            measured = ledger.measurements.of("r1", row.id)
            assert [one.status for one in measured] == ["ok"]
            assert [step.finished is not None for step in lab.steps(row.id)] == [True, True]
        assert summary.measurements == total + 1


TinyProgram = """\
import sys, time
A = 0.0
SLEEP = 0.0
time.sleep(SLEEP)
print(f"score: {A}")
"""


def test_a_saved_role_whose_model_is_not_there_is_a_problem_and_the_run_goes_on(
    tiny: Make,
) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab, "--experiments", "400") as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        for model in ("groq:gpt-9", "python:no_such_module:engine"):
            lab.write("roles/worker.md", WORKER.replace("tools:", f"model: {model}\ntools:"))
            wait_for(
                lab,
                lambda ledger, model=model: any(
                    problem.key == "model" and model.removeprefix("python:") in problem.message
                    for problem in ledger.problems.open("r1")
                ),
            )
        with lab.ledger() as ledger:
            seen = finished(ledger)
        wait_for(lab, lambda ledger: finished(ledger) > seen)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert {row.generation for row in lab.experiments()} == {1}


def test_a_budget_edited_in_a_running_lab_is_told_to_wait(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        lab.write("org/charter.md", SOLO)
        wait_for(
            lab,
            lambda ledger: any(
                "budget" in getattr(event, "text", "") for event in ledger.tail.last(500)
            ),
        )
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
