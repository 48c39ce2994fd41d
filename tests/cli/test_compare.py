"""`orgloop compare` as a person uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orgloop.cli.compare_table import comparison_lines, interval
from orgloop.tune.comparison import Comparison, compare
from orgloop.tune.statistics import Interval

from ..tune.conftest import a_result  # noqa: TID252 - results are made alike for both
from .conftest import Orgloop


def compared(*, usd: float = 0.0, gap: float = 0.1, runs: int = 4) -> Comparison:
    """Solo, and a team that is ``gap`` ahead of it in the mean."""
    wobble = (0.01, -0.02, 0.015, -0.005)
    results = {
        org: {
            "bowl": [
                a_result(org, gains=(0.0, 0.2 + lead + lead / 0.1 * wobble[n]), seed=n, usd=usd)
                for n in range(runs)
            ]
        }
        for org, lead in (("solo", 0.0), ("team", gap))
    }
    return compare(results, {"solo": "1", "team": "2"}, units=None, reference=None, seed=0)


@pytest.mark.slow
def test_a_simulated_comparison_says_what_it_is_and_is_one_object(
    orgloop: Orgloop, tmp_path: Path
) -> None:
    arguments = ("compare", "--tasks", "bowl", "--runs", "2", "--experiments", "2")
    said = orgloop(*arguments, "--jobs", "1", "--org", "classic")
    assert said.code == 0, said.err
    assert "Comparing classic and solo: 2 runs each of 2 experiments on bowl." in said.err
    assert "Simulated, no training run is carried out: bowl." in said.err
    assert "bowl (simulated): 2 runs of 2 experiments from the same seeds" in said.out
    assert "The unit is loss; positive is better." in said.out
    again = orgloop(*arguments, "--json", "--org", "classic")
    found = json.loads(again.out)
    assert "4 trials; 4 were done before" in again.err
    assert (found["unit"], found["trials"], found["baseline"]) == ("metric", 4, "solo")
    assert {one["org"] for one in found["standings"]} == {"classic", "solo"}
    assert (tmp_path / ".orgloop" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--tasks", "bowel"], "There is no task `bowel`.", "bowl"),
        (["--tasks", "bowl", "--org", "clasic"], "`clasic` is no organization.", "classic"),
        (["--tasks", "bowl", "--org", "solo"], "There is nothing to compare `solo` with", "--org"),
        ([], "There is no task.md in .", "--tasks"),
    ],
)
def test_what_cannot_be_compared_is_said_before_anything_runs(
    orgloop: Orgloop, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    said = orgloop("compare", *arguments)
    assert (said.code, said.out) == (2, "")
    first, second = said.err.splitlines()
    assert message in first and hint in second
    assert not (tmp_path / ".orgloop").exists()


def test_the_labs_own_organization_is_held_against_solo(orgloop: Orgloop, lab: Path) -> None:
    (lab / "train.py").write_text("RATE = 0.1\n")
    said = orgloop("compare", lab, "--runs", "1", "--experiments", "1")
    assert said.code == 2
    assert "Comparing classic and solo: one run each of 1 experiments on tiny." in said.err
    assert "At least 2 runs on the bench, and each organization's keeps 3 times more" in said.err
    assert "`train.py` is not committed as it stands" in said.err


def test_who_is_ahead_is_said_in_sentences() -> None:
    lines = comparison_lines(compared())
    assert lines[-1] == "team wins."
    assert lines[-2].startswith(
        "team made 0.0500 more than solo (95% interval of the difference 0.0"
    )
    assert lines[-2].endswith(": ahead in 4 of 4 pairs.")


def test_where_it_is_not_shown_it_says_what_it_would_take() -> None:
    (duel, verdict) = comparison_lines(compared(gap=0.001, runs=2))[-2:]
    assert "That is not significant" in duel
    assert verdict == "No organization is shown to be better than solo."
    single = comparison_lines(compared(runs=1))
    assert "One run each shows nothing: give more with --runs." in single[-2]


def test_dollars_have_a_column_where_they_are_known() -> None:
    assert not any("per dollar" in line for line in comparison_lines(compared()))
    assert any("per dollar" in line for line in comparison_lines(compared(usd=2.0)))


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Interval(mean=0.15, low=0.117, high=0.183), "0.150 [0.117, 0.183]"),
        (Interval(mean=12.3, low=2.0, high=22.6), "12.3 [2.0, 22.6]"),
        (Interval(mean=0.5), "0.5"),
        (Interval(mean=0.25, low=0.25, high=0.25), "0.25"),
    ],
)
def test_digits_are_those_that_the_interval_lets_stand(found: Interval, text: str) -> None:
    assert interval(found) == text


RESULTS = "*/*/*/result.json"
"""By task, organization and seed; no deeper, where trials make and remove files all the time."""


@pytest.mark.slow
def test_a_comparison_that_was_killed_goes_on_and_counts_nothing_twice(tmp_path: Path) -> None:
    options = ["--tasks", "bowl", "--runs", "4", "--experiments", "12", "--jobs", "2", "--json"]
    command = [sys.executable, "-c", "from orgloop.cli import main; main()", "compare", *options]
    folder = tmp_path / ".orgloop" / "compare"
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(folder.glob(RESULTS))) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(2)  # its workers notice
    done = {path: path.stat().st_mtime_ns for path in folder.glob(RESULTS)}
    assert len(done) >= 3
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(again.stdout)
    assert (found["trials"], found["runs"]) == (8, 4)
    assert {path: path.stat().st_mtime_ns for path in done} == done
