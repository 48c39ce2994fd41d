from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.repo import LabRepo, WorktreePool

LONG_AGO = (1, 1)

KILLED = """
import os, signal, sys
from pathlib import Path
from orgloop.repo import LabRepo, WorktreePool, experiment_ref

lab, steps = Path(sys.argv[1]), int(sys.argv[2])
seen = 0

def count(event, arguments):
    # Every file or process that is opened, made, renamed or started is a moment to die at.
    global seen
    if event.startswith(("open", "os.", "subprocess")):
        seen += 1
        if seen == steps:
            os.kill(os.getpid(), signal.SIGKILL)

repo = LabRepo.open(lab)
pool = WorktreePool(repo)
pool.prune()
base = repo.head()
sys.addaudithook(count)
for number in range(2):
    text = b"x = %d" % number
    commit = repo.commit_edits(base, {"train.py": text}, message="m", author="a")
    repo.refs.set(experiment_ref("r1", f"e{number}"), commit, force=True)
    worktree = pool.checkout(commit)
    repo.write_generation("r1", {"a": text}, parent=None, message="g", author="a")
    pool.give_back(worktree)
    pool.prepare_spare(base)
"""


@pytest.mark.parametrize(
    "moments",
    [range(5, 120, 29), pytest.param(range(1, 400, 9), marks=pytest.mark.slow)],
    ids=["a few moments", "very many"],
)
def test_a_lab_killed_at_any_moment_is_healed_by_the_next(lab, git, moments):
    killed = 0
    for steps in moments:
        done = subprocess.run([sys.executable, "-c", KILLED, str(lab), str(steps)], check=False)
        killed += done.returncode == -signal.SIGKILL
        with LabRepo.open(lab) as repo:
            pool = WorktreePool(repo)
            pool.prune()
            commit = repo.commit_edits(
                repo.head(), {"train.py": b"%d" % steps}, message="m", author="a"
            )
            repo.refs.set("refs/orgloop/r1/e0", commit, force=True)
            worktree = pool.checkout(commit, index=True)
            assert (worktree.path / "train.py").read_bytes() == b"%d" % steps
            assert git(worktree.path, "status", "--porcelain") == ""
            pool.give_back(worktree)
            pool.close()
    assert killed >= 3
    git(lab, "fsck", "--strict", "--no-dangling")
    assert git(lab, "status", "--porcelain") == ""


def test_old_leftovers_of_killed_writers_go_and_young_ones_stay(lab):
    objects = lab / ".git" / "objects"
    old, young, lock = objects / "objabc", objects / "objdef", lab / ".git" / "packed-refs.lock"
    for path in (old, young, lock):
        path.write_text("half")
    for path in (old, lock):
        os.utime(path, LONG_AGO)
    LabRepo.open(lab).close()
    assert [path.exists() for path in (old, young, lock)] == [False, True, False]


def test_half_a_registration_goes(repo, lab: Path):
    half = lab / ".git" / "worktrees" / "1"
    half.mkdir(parents=True)
    (half / "locked").write_text("initializing")
    os.utime(half, LONG_AGO)
    WorktreePool(repo).prune()
    assert not half.exists()
