"""What a person asks of a lab in another process, and of one that is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orgloop.lab.lock import LabLock
from orgloop.ledger import Ledger, ledger_path

from .conftest import Orgloop, git


@pytest.fixture
def begun(lab: Path) -> Path:
    """A lab whose ledger says that a run is going on, and whose lock nobody holds."""
    with Ledger.open(ledger_path(lab)) as ledger:
        ledger.runs.create(baseline_commit="ab" * 20, task={"name": "tiny", "metric": "loss"})
    return lab


def asked(lab: Path) -> list[str]:
    with Ledger.open(ledger_path(lab)) as ledger:
        return [command.verb for command in ledger.commands.pending()]


@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_a_lab_that_has_not_run_has_nothing_to_steer(
    orgloop: Orgloop, lab: Path, verb: str
) -> None:
    said = orgloop(verb, lab)
    assert (said.code, said.out) == (2, "")
    assert said.err == "orgloop: This lab has not run yet.\n  `orgloop run` starts it.\n"
    assert not (lab / ".orgloop").exists()


@pytest.mark.parametrize(
    ("arguments", "verb"),
    [
        (["pause"], "pause"),
        (["resume"], "resume"),
        (["stop"], "stop"),
        (["stop", "--now"], "stop-now"),
    ],
)
def test_a_running_lab_finds_the_request_in_its_ledger(
    orgloop: Orgloop, begun: Path, arguments: list[str], verb: str
) -> None:
    lock = LabLock(begun / ".orgloop")
    said = orgloop(*arguments, begun)
    lock.release()
    assert (said.code, said.out) == (0, "")
    assert said.err == f"Asked the lab in lab to {verb.replace('-', ' ')}.\n"
    assert asked(begun) == [verb]


def test_a_lab_that_was_killed_is_known_by_its_lock(orgloop: Orgloop, begun: Path) -> None:
    said = orgloop("stop", begun)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "orgloop: No process runs this lab: run r1 was running when it was cut off.\n"
        "  `orgloop run` goes on with it.\n"
    )
    assert asked(begun) == []


@pytest.mark.parametrize("state", ["stopped", "finished"])
def test_a_run_that_has_ended_is_not_stopped_again(
    orgloop: Orgloop, begun: Path, state: str
) -> None:
    with Ledger.open(ledger_path(begun)) as ledger:
        ledger.runs.set_state("r1", state)
    said = orgloop("stop", begun)
    assert said.code == 2
    assert f"Run r1 has {state}: nothing to stop." in said.err


def test_an_experiment_is_stopped_by_its_id_and_a_lab_by_its_directory(
    orgloop: Orgloop, begun: Path
) -> None:
    with Ledger.open(ledger_path(begun)) as ledger:
        ledger.experiments.start("r1", 1, "ab" * 20)
    said = orgloop("stop", "e0001", "not now", "--lab", begun)
    assert (said.code, said.out) == (0, "")
    assert said.err == "e0001 is discarded. Stopped by a person: not now\n"
    again = orgloop("stop", "e0001", "--lab", begun)
    assert (again.code, again.out) == (1, "")
    assert "e0001 was discarded by then: nothing is left to stop." in again.err
    assert "There is no experiment `e0002`" in orgloop("stop", "e0002", "--lab", begun).err
    assert "A reason is kept with an experiment" in orgloop("stop", begun, "why").err
    assert asked(begun) == []


@pytest.fixture
def kept(lab: Path) -> Path:
    """A lab on record that no process runs, whose first experiment was kept."""
    commits = [git(lab, "rev-parse", "HEAD").strip()]
    git(lab, "commit", "-q", "--allow-empty", "-m", "better")
    commits.append(git(lab, "rev-parse", "HEAD").strip())
    task = {"name": "tiny", "metric": "loss", "goal": "minimize"}
    with Ledger.open(ledger_path(lab)) as ledger:
        ledger.runs.create(baseline_commit=commits[0], task=task)
        ledger.incumbents.promote(
            "r1", commit=commits[0], experiment="baseline", value=2.7, stderr=0.01
        )
        id = ledger.experiments.start("r1", 1, commits[0]).id
        ledger.experiments.keep("r1", id, commit=commits[1], value=2.6, stderr=0.01, gain=0.1)
        ledger.runs.set_state("r1", "finished")
    return lab


def test_a_keep_is_vetoed_without_a_lab_and_the_log_marks_it(orgloop: Orgloop, kept: Path) -> None:
    said = orgloop("veto", "1", "not this", "--lab", kept, "--json")
    found = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert (found["verb"], found["experiment"], found["state"]) == ("veto", "e0001", "done")
    assert git(kept, "rev-parse", "orgloop/r1") == git(kept, "rev-parse", "HEAD~1")
    shown = orgloop("log", kept).out
    assert "discard~" in shown and "~ ended by a person." in shown
    assert "0 kept, 1 discarded" in shown and "Nothing beats the baseline yet" in shown
    again = orgloop("veto", "e0001", "again", "--lab", kept)
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("orgloop: e0001 was not kept, so there is nothing to take back.")


def test_a_veto_gives_a_reason_and_a_budget_a_limit(orgloop: Orgloop, kept: Path) -> None:
    assert orgloop("veto", "e0001", "--lab", kept).code == 2
    assert "no reason was given" in orgloop("veto", "e0001", " ", "--lab", kept).err
    assert "Nothing is named" in orgloop("budget", kept).err
    said = orgloop("budget", kept, "--experiments", "50", "--usd", "2.5")
    assert said.code == 2
    assert "Run r1 has finished, so nobody can be asked to raise the budget." in said.err
    assert "`orgloop run --experiments 50 --usd 2.5` goes on with it" in said.err
    said = orgloop("again", "e0001", "--lab", kept)
    assert "nobody can be asked to measure again." in said.err and "`orgloop audit`" in said.err
