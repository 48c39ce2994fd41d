"""The person's checkout, index, HEAD, stash, branches and status stay as they are, to the byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orgloop.repo import LabRepo, WorktreePool, experiment_ref


def state(git, top: Path) -> dict[str, object]:
    found: dict[str, object] = {
        "status": git(top, "--no-optional-locks", "status", "--porcelain=v2", "--branch"),
        "stash": git(top, "stash", "list"),
        "branches": git(top, "for-each-ref", "refs/heads/main", "refs/stash", "refs/tags"),
    }
    dot_git = top / ".git"
    for path in [dot_git / "HEAD", dot_git / "index", dot_git / "config", dot_git / "logs/HEAD"]:
        found[str(path)] = (path.read_bytes(), path.stat().st_mtime_ns)
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in (".git", ".orgloop")]
        for name in files:
            path = Path(folder, name)
            found[str(path)] = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    return found


@pytest.mark.parametrize("where", ["", "labs/toy"])
def test_a_dirty_checkout_is_byte_identical_after_a_whole_run(make_lab, git, where):
    start = f"{where}/" if where else ""
    top = make_lab({f"{start}train.py": "x = 1\n", f"{start}task.md": "t\n", "README": "top\n"})
    lab = top / where
    (lab / "train.py").write_text("stashed\n")
    git(top, "stash", "-q")
    (lab / "train.py").write_text("staged\n")
    git(top, "add", "-A")
    (lab / "train.py").write_text("dirty\n")
    (lab / "task.md").unlink()
    (lab / "untracked").write_text("u")
    # An index whose cached times are stale is what a careless `git status` would rewrite.
    os.utime(top / "README")
    before = state(git, top)

    with LabRepo.open(lab) as repo:
        assert repo.uncommitted() == ("task.md", "train.py")
        assert repo.untracked() == ("untracked",)
        pool = WorktreePool(repo)
        pool.prune()
        base = repo.head()
        repo.advance("r1", base, expect=None)
        for number in range(3):
            text = b"x = %d\n" % (number + 2)
            commit = repo.commit_edits(base, {"train.py": text}, message="m", author="pi")
            repo.refs.set(experiment_ref("r1", f"e{number}"), commit)
            worktree = pool.checkout(commit, index=True)
            (worktree.lab / "out").write_text("o")
            pool.give_back(worktree)
            pool.prepare_spare()
            repo.merge_onto(commit, base, base)
            repo.diff(base, commit)
        repo.advance("r1", commit, expect=base)
        generation, _ = repo.write_generation(
            "r1", {"org/charter.md": b"c"}, parent=None, message="g", author="meta"
        )
        repo.read_generation(generation)
        repo.tidy()
        pool.close()

    assert state(git, top) == before
