"""What somebody left changed in a checkout."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from orgloop.repo import Entry, leavings

FILES = {"train.py": b"LR = 1\n", "task.md": b"---\n", "src/model.py": b"x = 1\n"}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    lab = tmp_path / "lab"
    for name, content in FILES.items():
        (lab / name).parent.mkdir(parents=True, exist_ok=True)
        (lab / name).write_bytes(content)
    return lab


def entries(**more: Entry) -> dict[str, Entry]:
    return {
        name: Entry(0o100644, hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest())
        for name, data in FILES.items()
    } | more


def edits(lab: Path, hidden: tuple[str, ...] = ()) -> dict[str, bytes | None]:
    left = leavings(lab, entries(), ["train.py", "src/**"], hidden)
    assert not left.refused
    return dict(left.edits)


def test_an_untouched_checkout_has_no_edits(lab: Path) -> None:
    assert leavings(lab, entries(), ["train.py"]).edits == {}


def test_changed_added_and_deleted_files_are_edits(lab: Path) -> None:
    (lab / "train.py").write_bytes(b"LR = 2\n")
    (lab / "src/model.py").unlink()
    (lab / "src/new.py").write_bytes(b"y = 2\n")
    assert edits(lab) == {"train.py": b"LR = 2\n", "src/model.py": None, "src/new.py": b"y = 2\n"}


def test_a_frozen_file_that_changed_is_an_edit_for_whoever_refuses_it(lab: Path) -> None:
    (lab / "task.md").write_bytes(b"---\ngoal: maximize\n")
    assert edits(lab) == {"task.md": b"---\ngoal: maximize\n"}


def test_a_change_behind_a_forged_time_is_seen(lab: Path) -> None:
    before = (lab / "train.py").stat()
    (lab / "train.py").write_bytes(b"LR = 9\n")
    os.utime(lab / "train.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert edits(lab) == {"train.py": b"LR = 9\n"}


def test_new_files_that_are_not_editable_are_left_behind_by_name(lab: Path) -> None:
    (lab / "run.log").write_bytes(b"epoch 1")
    (lab / "__pycache__").mkdir()
    (lab / "__pycache__/train.pyc").write_bytes(b"\0")
    left = leavings(lab, entries(), ["train.py"])
    assert (left.edits, left.left_behind) == ({}, ("run.log",))


def test_what_setup_made_is_nobodys_change(lab: Path) -> None:
    (lab / "src2").mkdir()
    (lab / "src2/x.py").write_bytes(b"")
    left = leavings(lab, entries(), ["**"], ours={"src2"})
    assert (left.edits, left.left_behind) == ({}, ())


def test_hidden_files_are_not_looked_at(lab: Path) -> None:
    (lab / "task.md").write_bytes(b"masked")
    assert edits(lab, hidden=("task.md",)) == {}


@pytest.mark.parametrize("path", ["train.py", "src/new.py", "task.md"])
def test_a_symlink_is_no_edit_wherever_it_points(lab: Path, path: str) -> None:
    (lab / path).unlink(missing_ok=True)
    (lab / path).symlink_to("/etc/passwd")
    left = leavings(lab, entries(), ["train.py", "src/**"])
    assert len(left.refused) == 1 and f"`{path}` is" in left.refused[0]
    assert "symlink" in left.refused[0] and left.edits == {}


def test_a_pipe_is_refused_and_not_opened(lab: Path) -> None:
    (lab / "train.py").unlink()
    os.mkfifo(lab / "train.py")
    assert leavings(lab, entries(), ["train.py"]).refused == ("`train.py` is now no regular file",)


def test_a_symlinked_folder_is_not_followed(lab: Path) -> None:
    elsewhere = lab.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "secret.py").write_bytes(b"key")
    (lab / "src/lib").symlink_to(elsewhere)
    left = leavings(lab, entries(), ["src/**"])
    assert left.edits == {} and left.refused == ("`src/lib` is a symlink",)


def test_a_planted_repository_is_not_taken_up(lab: Path) -> None:
    (lab / "src/.git").mkdir()
    (lab / "src/.git/config").write_bytes(b"[core]\n")
    assert edits(lab) == {}
