"""A running lab: edited, steered, interrupted and killed from outside."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable

import pytest

from .conftest import SOLO, WORKER, TinyLab
from .live import ENDLESS, PATIENCE, SLOW, ask, finished, running, wait_for

Make = Callable[..., TinyLab]


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
