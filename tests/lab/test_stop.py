"""`stop --now`, and what may be going on when somebody says it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from orgloop.bench.record import records

from .conftest import TASK, TinyLab
from .live import ENDLESS, PATIENCE, SLOW, ask, finished, running, wait_for

Make = Callable[..., TinyLab]
COUNTS_ON_DISK = """
from pathlib import Path

def worker(request):
    with open(Path(__file__).with_name("asked"), "a") as out:
        print(request.experiment, file=out)
    slow = 600.0 if number(request) == 2 and not Path(__file__).with_name("go").exists() else 0.0
    return Line(edits=put(request, A=float(number(request))), delay=slow)

engine = Scripted({"worker": worker})
"""


@pytest.mark.slow
def test_stop_now_ends_an_engine_that_thinks_and_asks_it_again_later(tiny: Make) -> None:
    lab = tiny(COUNTS_ON_DISK, charter=ENDLESS)
    with running(lab) as process:
        wait_for(
            lab,
            lambda ledger: (
                finished(ledger) == 1 and ledger.steps.get("r1", "e0002", "worker", 1) is not None
            ),
        )
        assert ask(lab, "stop", "--now").returncode == 0
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert (summary["experiments"], summary["running"]) == (1, 1)
    (lab.minds_dir / "go").touch()
    assert lab.run(experiments=2).kept == 2
    assert (lab.minds_dir / "asked").read_text().split() == ["e0001", "e0002", "e0002"]


@pytest.mark.slow
def test_stop_now_ends_a_setup_which_is_done_again_later(tiny: Make) -> None:
    task = TASK.replace(
        "slots: 1", "slots: 1\nmounts: [go]\nsetup: test -e go/now || sleep 600; echo 5 > made.txt"
    )
    lab = tiny(SLOW, charter=ENDLESS, task=task)
    (lab.root / "go").mkdir()
    lab.write(".gitignore", "go\n")
    lab.commit()
    jobs = lab.root / ".orgloop" / "jobs"
    with running(lab) as process:
        wait_for(lab, lambda ledger: any("setup" in record.id for record in records(jobs)))
        assert ask(lab, "stop", "--now").returncode == 0
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert json.loads(out)["state"] == "stopped"
    (lab.root / "go" / "now").touch()
    assert lab.run(experiments=1).kept == 1


@pytest.mark.slow
def test_stop_waits_for_the_bench_and_its_result_is_on_record(tiny: Make) -> None:
    lab = tiny(SLOW.replace("SLEEP=0.05", "SLEEP=1.5"), charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: ledger.measurements.of("r1", "e0001"))
        assert ask(lab, "stop").returncode == 0
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    with lab.ledger() as ledger:
        assert [row.status for row in ledger.measurements.of("r1", "e0001")] == ["ok"]
        assert not ledger.measurements.running("r1")


@pytest.mark.slow
def test_stop_ends_a_paused_run_and_the_next_run_is_not_paused(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        assert ask(lab, "pause").returncode == 0
        wait_for(lab, lambda ledger: (run := ledger.runs.get("r1")) and run.state == "paused")
        assert ask(lab, "stop").returncode == 0
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    with lab.ledger() as ledger:
        total = ledger.runs.counts("r1").started
    assert lab.run(experiments=total + 1).experiments == total + 1


@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_nobody_there_to_ask_is_told(tiny: Make, verb: str) -> None:
    lab = tiny()
    lab.run(experiments=1)
    said = ask(lab, verb)
    assert said.returncode == 2
    assert "has finished: nothing to" in said.stderr
    assert "`orgloop run` goes on with it" in said.stderr
