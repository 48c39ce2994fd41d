"""A run leaves something for a later one, or looks for what an earlier one left."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from orgloop.bench import Bench, Slot
from orgloop.repo import LabRepo, WorktreePool

pytestmark = pytest.mark.slow

LEAVE = {
    "a file beside the code": "open('left4242', 'w').write(W)",
    "a file in a folder of its own": "os.makedirs('a/b/c'); open('a/b/c/left4242', 'w').write(W)",
    "a hidden file": "open('.left4242', 'w').write(W)",
    "compiled code": "os.makedirs('__pycache__'); open('__pycache__/left4242', 'w').write(W)",
    "in /tmp": "open('/tmp/left4242', 'w').write(W)",
    "in the home directory": "open(os.environ['HOME'] + '/left4242', 'w').write(W)",
    "in shared memory": "open('/dev/shm/left4242', 'w').write(W)",
    "on an attribute of a file": "os.setxattr('train.py', 'user.left4242', W.encode())",
    "on an attribute of a folder": "os.setxattr('.', 'user.left4242', W.encode())",
    "on an attribute of an inner folder": "os.setxattr('inner', 'user.left4242', W.encode())",
    "in the time of a file": "os.utime('train.py', ns=(4242, 4242))",
    "in the time of a folder": "os.utime('inner', ns=(4242, 4242))",
    "in the mode of a file": "os.chmod('train.py', 0o6755)",
    "in a name": "os.mkdir('left4242-' + W)",
    "in a link": "os.symlink(W, 'left4242')",
    "as a second name of a file": "os.link('train.py', 'left4242')",
    "in git": (
        "for act in (lambda: os.rename('.git', 'left4242'), lambda: open('.git', 'w').write(W)):\n"
        "    try: act()\n    except OSError: pass"
    ),
    "where nobody can delete it": (
        "os.makedirs('left4242/x'); open('left4242/x/y', 'w').write(W); os.chmod('left4242/x', 0)"
    ),
    "in System V memory": "ctypes.CDLL(None).shmget(4242, 1 << 12, 0o1666)",
    "in a message queue": "ctypes.CDLL(None).msgget(4242, 0o1666)",
    "in an abstract socket": (
        "import socket\n"
        "if os.fork() == 0:\n"
        "    os.setsid(); s = socket.socket(socket.AF_UNIX); s.bind(b'\\0left'); s.listen()\n"
        "    import time; time.sleep(60)"
    ),
}
FIND = """
import ctypes, os, socket
TOPS = (".", "/tmp", os.environ["HOME"], "/dev/shm")
found = []
for top in TOPS:
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = os.path.join(folder, name)
            about = os.lstat(path)
            if "left4242" in name or about.st_mtime_ns == 4242 or about.st_mode & 0o7000:
                found.append(path)
            found += os.listxattr(path, follow_symlinks=False)
found += os.listxattr(".")
if os.lstat("train.py").st_nlink != 1: found.append("a second name")
libc = ctypes.CDLL(None)
if libc.shmget(4242, 1 << 12, 0) >= 0: found.append("memory")
if libc.msgget(4242, 0) >= 0: found.append("queue")
try: socket.socket(socket.AF_UNIX).connect(b"\\0left"); found.append("socket")
except OSError: pass
print("STOLEN" if found else "nothing", found)
"""
HEAD = "import ctypes, os\nW = 'weights' * 20\n"


@pytest.fixture
def pooled(arena):
    """The arena's slots are a pool's, as in a lab: cleaned between two runs."""
    (arena.root / "inner").mkdir()
    (arena.root / "inner" / "net.py").write_text("WIDTH = 8\n")
    (arena.root / ".gitignore").write_text(".orgloop/\n")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=arena.root, check=True)
    for number in (1, 2):
        subprocess.run(["rm", "-rf", str(arena.slot(number).path)], check=True)
    repo = LabRepo.open(arena.root)
    pool = WorktreePool(repo)
    yield arena, pool, repo
    pool.close()
    repo.close()


async def measured(pooled, code: str, name: str) -> str:
    arena, pool, repo = pooled
    commit = repo.commit_edits(repo.head(), {"train.py": code.encode()}, message="x", author="x")
    task = arena.task(evaluate=None, predict=None, artifacts=[], hidden=[])
    worktree = pool.checkout(commit)
    bench = Bench(task, arena.executor, home=arena.home, frozen=arena.home / "frozen")
    result = await bench.measure(name, worktree, 1, Slot(0))
    pool.give_back(worktree)
    pool.prepare_spare()
    assert result.log is not None
    return result.log.read_text(errors="replace")


@pytest.mark.parametrize("way", LEAVE.values(), ids=LEAVE)
async def test_nothing_of_a_run_is_there_for_the_next_one_in_its_slot(pooled, way) -> None:
    assert "Error" not in await measured(pooled, HEAD + way, "m1")
    assert await measured(pooled, FIND, "m2") == "nothing []\n"
    assert [path.name for path in (pooled[0].home / "worktrees").iterdir()] == ["1"]


@pytest.mark.parametrize(
    "way", ["a file beside the code", "on an attribute of a file", "in the time of a file"]
)
def test_in_a_directory_that_is_used_again_it_would_be(arena, way) -> None:
    arena.naive(HEAD + LEAVE[way])
    there = FIND.replace('TOPS = (".", ', 'TOPS = (".", ) or (')
    assert arena.naive(there).startswith("STOLEN")


async def test_prediction_finds_only_what_training_left_on_disk(arena) -> None:
    train = arena.train + HEAD + LEAVE["in /tmp"] + "\n" + LEAVE["in shared memory"]
    predict = arena.predict + FIND
    measured = await arena.attempt(train, predict=predict, hidden=[])
    assert measured.value == arena.honest_value, measured.crash
    assert "nothing" in next((arena.home / "jobs").rglob("*predict.log")).read_text()


async def test_artifacts_of_an_earlier_measurement_are_not_found_by_a_later_one(arena) -> None:
    stale = arena.home / "scratch" / "r1-e0001-m1" / "artifacts"
    stale.mkdir(parents=True)
    (stale / "model.txt").write_text("5.125")  # left by a lab that was killed
    measured = await arena.attempt("print('trained nothing')")
    assert measured.crash.kind == "artifacts"


async def test_what_setup_made_is_made_again_once_a_run_has_touched_it(pooled) -> None:
    _, pool, repo = pooled
    worktree = pool.checkout(repo.head())
    (worktree.lab / "env").mkdir()
    (worktree.lab / "env" / "lib.py").write_text("as made")
    pool.record_setup(worktree)
    about = Path(worktree.lab, "env", "lib.py").stat()
    (worktree.lab / "env" / "lib.py").write_text("as evil")
    os.utime(worktree.lab / "env" / "lib.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    pool.give_back(worktree)
    again = pool.checkout(repo.head())
    assert again == replace(worktree)
    assert not pool.is_set_up(again)
    assert not (again.lab / "env").exists()
