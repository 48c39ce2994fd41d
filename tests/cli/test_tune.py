"""`orgloop tune` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Orgloop


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--budget", "soon"], "--budget cannot be 'soon'.", "20min"),
        (["--tasks", "bold"], "`bold` is held out", "tuning"),
        (["--tasks", "bowel"], "There is no task `bowel`.", "bowl"),
        (["--org", "clasic"], "`clasic` is no organization.", "classic"),
        (["--confirm", "2"], "There is no task.md in .", "Name a lab"),
        (["--export", "full"], "full exists and is not empty.", "new directory"),
        (["nowhere"], "There is no directory nowhere.", "Name a lab."),
    ],
)
def test_what_cannot_be_tuned_is_said_before_anything_runs(
    orgloop: Orgloop, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.md").write_text("mine\n")
    said = orgloop("tune", *arguments)
    assert (said.code, said.out) == (2, "")
    first, second = said.err.splitlines()
    assert message in first and hint in second
    assert not (tmp_path / ".orgloop").exists()


def test_a_lab_with_real_runs_is_not_searched_on(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("tune", lab, "--tasks", lab)
    assert said.code == 2
    assert "`tiny` is no simulated task" in said.err and "--confirm" in said.err


@pytest.mark.slow
def test_a_tuning_is_reported_exported_and_gone_on_with(orgloop: Orgloop, tmp_path: Path) -> None:
    arguments = ("tune", "--tasks", "bowl", "--budget", "2", "--experiments", "6", "--runs", "1")
    said = orgloop(*arguments, "--jobs", "1", "--export", "better")
    assert said.code == 0, said.err
    assert "Tuning classic: 2 amendments, judged by runs of 6 experiments on bowl" in said.err
    assert "2 amendments tried" in said.err and "Held out, 1 run each of classic" in said.err
    assert "Held-out tasks (bold, mixed), 1 run each" in said.out
    (outer,) = (tmp_path / ".orgloop" / "tune").glob("classic-*")
    listed = json.loads(orgloop("log", outer, "--json").out)
    assert {one["id"] for one in listed} == {"e0001", "e0002"}
    shown = orgloop("show", "e0001", "--lab", outer)
    assert "candidate/" in shown.out, "its diff is that of an organization"
    again = orgloop(*arguments, "--jobs", "1", "--json")
    found = json.loads(again.out)
    assert (found["org"], found["run"]["experiments"]) == ("classic", 2)
    assert json.loads(orgloop("log", outer, "--json").out) == listed, "nothing is tried again"
    assert (tmp_path / "better" / "README.md").read_text().startswith("# classic")
    forked = orgloop("fork", "better", "mine")
    assert forked.code == 0, forked.err
    assert orgloop("check", "mine").code == 0
