from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from orgloop.errors import RepoError
from orgloop.repo import LabRepo
from orgloop.repo import environment as environment_module


def test_a_directory_without_a_repository_is_told_to_make_one(tmp_path):
    (tmp_path / "lab").mkdir()
    with pytest.raises(RepoError, match="in no git repository") as found:
        LabRepo.open(tmp_path / "lab")
    assert "git init" in found.value.hint
    assert not (tmp_path / "lab" / ".orgloop").exists()


def test_a_missing_directory_is_told(tmp_path):
    with pytest.raises(RepoError, match="is not a directory"):
        LabRepo.open(tmp_path / "nowhere")


def test_a_bare_clone_is_refused(lab, git, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(lab), "bare.git")
    with pytest.raises(RepoError, match="bare repository"):
        LabRepo.open(tmp_path / "bare.git")


def test_an_unborn_head_is_refused_and_nothing_is_left_behind(tmp_path, git):
    git(tmp_path, "init", "-q", "new")
    with pytest.raises(RepoError, match="no commit yet"):
        LabRepo.open(tmp_path / "new")
    assert not (tmp_path / "new" / ".orgloop").exists()


def test_a_folder_of_a_repository_that_was_never_committed_is_refused(lab):
    (lab / "fresh").mkdir()
    (lab / "fresh" / "task.md").write_text("x")
    with pytest.raises(RepoError, match=r"No file of .* is committed"):
        LabRepo.open(lab / "fresh")


def test_a_directory_inside_dot_git_is_refused(lab):
    with pytest.raises(RepoError, match=r"own `\.git` directory"):
        LabRepo.open(lab / ".git" / "objects")


def test_a_detached_head_works(lab, git):
    git(lab, "checkout", "-q", "--detach")
    repo = LabRepo.open(lab)
    assert repo.head() == git(lab, "rev-parse", "HEAD").strip()


def test_a_folder_of_a_larger_repository_sees_its_own_files_only(make_lab):
    top = make_lab({"README": "top", "labs/toy/task.md": "t", "labs/toy/train.py": "x = 1\n"})
    repo = LabRepo.open(top / "labs" / "toy")
    assert repo.place.prefix == "labs/toy"
    assert list(repo.entries(repo.head())) == ["task.md", "train.py"]
    assert (top / "labs" / "toy" / ".orgloop").is_dir()
    assert not (top / ".orgloop").exists()


def test_a_lab_reached_through_a_symlink_works(make_lab, tmp_path):
    top = make_lab({"a/task.md": "t"})
    (tmp_path / "link").symlink_to(top / "a")
    assert LabRepo.open(tmp_path / "link").place.prefix == "a"


def test_a_linked_worktree_works_as_a_lab(lab, git, tmp_path):
    git(lab, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked" / "train.py").write_text("LR = 0.7\n")
    git(tmp_path / "linked", "commit", "-q", "-am", "second")
    repo = LabRepo.open(tmp_path / "linked")
    assert repo.read(repo.head(), "train.py") == b"LR = 0.7\n"
    assert repo.place.common_dir == lab / ".git"


def test_a_submodule_works_as_a_lab(make_lab, git, tmp_path):
    inner, outer = make_lab(at="inner"), make_lab({"x": "y"}, at="outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    repo = LabRepo.open(outer / "sub")
    assert repo.place.prefix == ""
    assert repo.place.lab == outer / "sub"


def test_a_shallow_clone_works(lab, git, tmp_path):
    (lab / "train.py").write_text("LR = 1\n")
    git(lab, "commit", "-q", "-am", "two")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{lab}", "shallow")
    repo = LabRepo.open(tmp_path / "shallow")
    commit = repo.commit_edits(repo.head(), {"train.py": b"LR = 2\n"}, message="m", author="a")
    assert repo.read(commit, "train.py") == b"LR = 2\n"


def test_the_callers_git_variables_do_not_matter(make_lab, monkeypatch):
    lab, other = make_lab(), make_lab({"other": "x"}, at="other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git" / "objects"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(lab.parent))
    repo = LabRepo.open(lab)
    assert repo.place.top == lab
    assert "train.py" in repo.entries(repo.head())
    assert repo.uncommitted() == ()
    assert "GIT_DIR" not in os.environ


def test_a_missing_git_is_told(lab, monkeypatch):
    monkeypatch.setenv("PATH", str(lab))
    with pytest.raises(RepoError, match="git is not installed"):
        LabRepo.open(lab)


def test_an_old_git_is_told(lab, tmp_path, monkeypatch):
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.17.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
    environment_module._installed.cache_clear()
    with pytest.raises(RepoError, match=r"git 2.17.1 is too old"):
        LabRepo.open(lab)


def test_a_repository_of_another_owner_names_safe_directory(lab):
    try:
        for path in [lab, lab / ".git"]:
            os.chown(path, 12345, 12345)
    except PermissionError:
        pytest.skip("giving a directory away takes root")
    with pytest.raises(RepoError, match="does not trust") as found:
        LabRepo.open(lab)
    assert f"safe.directory {lab}" in found.value.hint


def test_a_sha256_repository_is_refused(tmp_path, git):
    git(tmp_path, "init", "-q", "--object-format=sha256", "new")
    (tmp_path / "new" / "task.md").write_text("x")
    git(tmp_path / "new", "add", "-A")
    git(tmp_path / "new", "commit", "-q", "-m", "s")
    with pytest.raises(RepoError, match="SHA-256"):
        LabRepo.open(tmp_path / "new")


def test_home_hides_itself_from_git(repo, lab, git):
    assert (lab / ".orgloop" / ".gitignore").read_text() == "*\n"
    assert git(lab, "status", "--porcelain") == ""


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_home_that_is_no_directory_is_refused(lab, tmp_path, kind):
    if kind == "file":
        (lab / ".orgloop").write_text("mine")
    else:
        (lab / ".orgloop").symlink_to(tmp_path)
    with pytest.raises(RepoError, match="not a directory of its own"):
        LabRepo.open(lab)


def test_a_changed_gitignore_in_home_is_mended(lab):
    LabRepo.open(lab)
    (lab / ".orgloop" / ".gitignore").write_text("nothing")
    LabRepo.open(lab)
    assert (lab / ".orgloop" / ".gitignore").read_text() == "*\n"


def test_the_persons_identity_commits_and_a_default_stands_in(lab, git, monkeypatch, tmp_path):
    repo = LabRepo.open(lab)
    commit = repo.commit_edits(
        repo.head(), {"train.py": b""}, message="m", author="experimenter (orgloop)"
    )
    shown = git(lab, "log", "-1", "--format=%cn <%ce>|%an|%s", commit).strip()
    assert shown == "Ada <ada@example.org>|experimenter (orgloop)|m"
    (tmp_path / "gitconfig").write_text("")
    repo = LabRepo.open(lab)
    commit = repo.commit_edits(repo.head(), {"train.py": b"x"}, message="m", author="a<b>\n")
    shown = git(lab, "log", "-1", "--format=%cn <%ce>|%an", commit).strip()
    assert shown == "Orgloop <orgloop@localhost>|ab"


def test_uncommitted_names_what_experiments_would_not_see(lab, git):
    index = (lab / ".git" / "index").read_bytes()
    (lab / "train.py").write_text("changed")
    (lab / "new.py").write_text("new")
    repo = LabRepo.open(lab)
    assert repo.uncommitted() == ("train.py",)
    assert repo.untracked() == ("new.py",)
    assert (lab / ".git" / "index").read_bytes() == index


def test_uncommitted_names_a_task_that_head_does_not_have(make_lab):
    lab = make_lab({"sub/train.py": "x", "above": "y"})
    (lab / "sub" / "task.md").write_text("t")
    (lab / "above").write_text("changed, but not the lab's")
    assert LabRepo.open(lab / "sub").uncommitted() == ("task.md",)


def test_status_runs_no_program_of_the_repository(lab, tmp_path, git):
    mark = tmp_path / "ran"
    git(lab, "config", "core.fsmonitor", f"touch {mark}; false")
    repo = LabRepo.open(lab)
    repo.uncommitted()
    assert not mark.exists()


def test_the_repository_may_have_moved_away_between_two_opens(lab, tmp_path: Path):
    LabRepo.open(lab)
    moved = tmp_path / "moved"
    shutil.move(lab, moved)
    repo = LabRepo.open(moved)
    assert repo.place.lab == moved
