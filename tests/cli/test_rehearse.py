"""`orgloop rehearse` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Orgloop


def test_a_lab_that_has_not_run_has_nothing_to_replay(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("rehearse", lab)
    assert (said.code, said.out) == (2, "")
    assert "has not run yet" in said.err and "replays what a run has recorded" in said.err


def test_a_record_of_three_settings_is_too_little(orgloop: Orgloop, lab: Path) -> None:
    assert orgloop("run", lab, "--experiments", "2", "--org", "solo", "--seed", "1").code == 0
    said = orgloop("rehearse", lab)
    assert said.code == 2
    assert "settings of its constants, and a rehearsal needs 8" in said.err
    missing = orgloop("rehearse", lab, "--run", "r9")
    assert missing.code == 2 and "There is no run `r9`" in missing.err


@pytest.mark.slow
def test_an_edit_is_tried_on_what_a_run_has_recorded(orgloop: Orgloop, lab: Path) -> None:
    assert orgloop("run", lab, "--experiments", "12", "--seed", "1").code == 0
    before = (lab / "train.py").read_bytes()
    said = orgloop("rehearse", lab, "--org", "skunkworks", "--runs", "2", "--experiments", "4")
    assert said.code == 0, said.err
    assert "Rehearsing r1, skunkworks and solo on what r1 recorded: 6 runs of 4" in said.err
    assert "a surface fitted to" in said.out and "how a model reads a brief." in said.out
    again = orgloop(
        "rehearse", lab, "--org", "skunkworks", "--runs", "2", "--experiments", "4", "--json"
    )
    found = json.loads(again.out)
    assert found["run"] == "r1" and found["settings"] >= 8
    orgs = {one["org"] for one in found["comparison"]["standings"]}
    assert orgs == {"r1", "skunkworks", "solo"}
    assert (lab / "train.py").read_bytes() == before
    assert len(json.loads(orgloop("log", lab, "--json").out)) == 12
