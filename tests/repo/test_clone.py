"""A copy of a lab costs little, and the original never learns of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from orgloop.errors import RepoError
from orgloop.repo import LabRepo
from orgloop.repo.clone import clone_lab
from orgloop.repo.place import find_place


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab in a folder of a larger repository, with data that is ignored."""
    root = tmp_path / "big" / "lab"
    root.mkdir(parents=True)
    (root / "task.md").write_text("---\nname: toy\n---\n")
    (root / ".gitignore").write_text("data\n")
    (root / "data").mkdir()
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run(["git", *arguments], cwd=root.parent, check=True)
    return root


def test_the_copy_is_the_lab_at_head_and_shares_its_objects(lab: Path, tmp_path: Path) -> None:
    place = find_place(lab)
    copy = clone_lab(place, tmp_path / "copies" / "one", beside=["data", "missing"])
    assert copy == tmp_path / "copies" / "one" / "lab"
    assert (copy / "task.md").read_text() == (lab / "task.md").read_text()
    assert (copy / "data").readlink() == lab / "data"
    assert not (copy / "missing").exists()
    shared = tmp_path / "copies" / "one" / ".git" / "objects" / "info" / "alternates"
    assert Path(shared.read_text().strip()).resolve() == place.common_dir / "objects"
    with LabRepo.open(lab) as one, LabRepo.open(copy) as other:
        assert one.head() == other.head()


def test_the_original_is_as_it_was(lab: Path, tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        paths = [path for path in lab.parent.rglob("*") if path.is_file()]
        return {os.fspath(path): path.read_bytes() for path in paths}

    before = state()
    clone_lab(find_place(lab), tmp_path / "copy")
    assert state() == before


def test_a_lab_that_is_not_in_head_cannot_be_copied(lab: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "rm", "-q", "--cached", "lab/task.md"], cwd=lab.parent, check=True)
    subprocess.run(["git", "commit", "-qm", "gone"], cwd=lab.parent, check=True)
    with pytest.raises(RepoError, match=r"HEAD has no task\.md"):
        clone_lab(find_place(lab), tmp_path / "copy")
