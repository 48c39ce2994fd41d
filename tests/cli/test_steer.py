"""What a person asks of a lab in another process, and of one that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.lab.lock import LabLock
from orgloop.ledger import Ledger, ledger_path

from .conftest import Orgloop


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
    said = orgloop("stop", "e0001", "--lab", begun)
    assert said.code == 2
    assert "No process runs this lab" in said.err
    assert "There is no experiment `e0002`" in orgloop("stop", "e0002", "--lab", begun).err
    assert "A reason is kept with an experiment" in orgloop("stop", begun, "why").err
    assert asked(begun) == []
