"""The lab that a tuning is run in."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

import orgloop
from orgloop.org import Lab, load_lab
from orgloop.org.files import CHARTER
from orgloop.repo import LabRepo
from orgloop.tune.contender import Contender
from orgloop.tune.outer import sight
from orgloop.tune.outer.places import CANDIDATE, GIVEN, UNITS, organization_in
from orgloop.tune.outer.write import Outer, outer_lab


def loaded_lab(root: Path) -> Lab:
    found, problems = load_lab(root)
    problems.raise_errors()
    assert found is not None
    return found


def test_it_is_a_lab_that_checks_and_is_committed(lab: Path) -> None:
    loaded = loaded_lab(lab)
    assert loaded.task.name == "tune-classic"
    assert (loaded.task.metric, loaded.task.goal) == ("progress", "maximize")
    assert "--tasks bowl --experiments 2 --seed {seed}" in loaded.task.run
    assert not loaded.task.self_reported
    with LabRepo.open(lab) as repo:
        assert repo.uncommitted() == () and repo.untracked() == ()


def test_the_candidate_begins_as_what_was_given(lab: Path, classic: Contender) -> None:
    given, candidate = (organization_in(lab / name) for name in (GIVEN, CANDIDATE))
    assert given == candidate == dict(classic.files)
    assert json.loads((lab / UNITS).read_text()) == {"bowl": 0.5}


def test_only_the_candidate_may_be_edited(lab: Path) -> None:
    task = loaded_lab(lab).task
    assert task.editable == ("candidate/org/*.md", "candidate/roles/*.md")


def test_the_same_tuning_has_the_same_lab_and_another_has_another(
    outer: Outer, lab: Path, tmp_path: Path
) -> None:
    (lab / "note.txt").write_text("mine\n")
    assert outer_lab(outer, tmp_path) == lab and (lab / "note.txt").is_file()
    other = outer_lab(dataclasses.replace(outer, seed=8), tmp_path)
    assert other != lab and other.name.startswith("classic-")


def test_one_that_was_cut_off_is_written_again(outer: Outer, lab: Path, tmp_path: Path) -> None:
    (lab / "task.md").unlink()
    assert outer_lab(outer, tmp_path) == lab
    assert (lab / "task.md").is_file() and (lab / CANDIDATE / CHARTER).is_file()


def test_a_checkout_that_is_installed_in_place_is_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(orgloop.__file__).resolve().parents[1]
    monkeypatch.setattr(sight, "site_folders", lambda: ())
    assert f"{package}:{package}" in sight.mounts_of_orgloop()
    assert sight.environment_of_orgloop() == {"PYTHONPATH": str(package)}
    monkeypatch.setattr(sight, "site_folders", lambda: (package,))
    assert (sight.mounts_of_orgloop(), sight.environment_of_orgloop()) == ((), {})
