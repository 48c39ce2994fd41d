"""A run plants git's own files, so that the lab's next git command does its bidding."""

import subprocess
from pathlib import Path

import pytest

from orgloop.bench import Bench, Slot
from orgloop.repo import LabRepo, WorktreePool

PLANT = """
import os, shutil
CANARY = {canary!r}
def put(path, text, mode=0o755):
    if os.path.dirname(path): os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file: file.write(text)
    os.chmod(path, mode)
def repository(top):
    put(f"{{top}}/HEAD", "ref: refs/heads/main\\n")
    for name in ("objects/info", "objects/pack", "refs/heads", "hooks"):
        os.makedirs(f"{{top}}/{{name}}", exist_ok=True)
    program = os.path.abspath(f"{{top}}/evil")
    put(program, f"#!/bin/sh\\ntouch {{CANARY}}\\n")
    put(f"{{top}}/config", f"[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n"
        f"\\tfsmonitor = {{program}}\\n\\thooksPath = {{top}}/hooks\\n\\tpager = {{program}}\\n"
        f"\\tsshCommand = {{program}}\\n\\teditor = {{program}}\\n"
        f"[filter \\"evil\\"]\\n\\tclean = {{program}}\\n\\tsmudge = {{program}}\\n"
        f"[diff \\"evil\\"]\\n\\tcommand = {{program}}\\n\\ttextconv = {{program}}\\n"
        f"[alias]\\n\\tstatus = !{{program}}\\n[gpg]\\n\\tprogram = {{program}}\\n")
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        put(f"{{top}}/hooks/{{hook}}", f"#!/bin/sh\\ntouch {{CANARY}}\\n")
"""
WAYS = {
    "in the place of .git": "os.rename('.git', 'old') if False else repository('.git2')\n"
    "try: os.unlink('.git'); os.rename('.git2', '.git')\nexcept OSError: pass",
    "behind a .git file": "repository('evil.git')\n"
    "try: put('.git', 'gitdir: ' + os.path.abspath('evil.git'))\nexcept OSError: pass",
    "in a folder": "repository('inner/.git')",
    "as a bare repository at the top": "repository('.')",
    "by attributes": (
        "repository('inner/.git'); put('.gitattributes', '* filter=evil diff=evil\\n')"
    ),
    "by a submodule": (
        "repository('inner/.git')\n"
        "put('.gitmodules', '[submodule \"x\"]\\n\\tpath = inner\\n\\turl = ext::sh -c evil\\n"
        "\\tupdate = !touch ' + CANARY)"
    ),
    "with alternates": (
        "repository('inner/.git')\n"
        "put('inner/.git/objects/info/alternates', os.path.abspath('../../../.git/objects'))"
    ),
    "as a template": "put('.config/git/config', '[core]\\n\\tfsmonitor = touch ' + CANARY)",
}


@pytest.fixture
def pooled(arena):
    (arena.root / ".gitignore").write_text(".orgloop/\n")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=arena.root, check=True)
    for number in (1, 2):
        subprocess.run(["rm", "-rf", str(arena.slot(number).path)], check=True)
    repo = LabRepo.open(arena.root)
    yield arena, repo
    repo.close()


def everything_the_lab_does_with_git(repo: LabRepo, pool: WorktreePool, lab: Path) -> None:
    head = repo.head()
    edited = repo.commit_edits(head, {"train.py": b"print(2)\n"}, message="y", author="y")
    assert repo.diff(head, edited)
    assert list(repo.changes(head, edited))
    for commit in (edited, head):
        worktree = pool.checkout(commit, index=True)
        assert (worktree.path / ".git").read_text().startswith("gitdir: ")
        worktree.index(commit)
        pool.give_back(worktree)
        pool.prepare_spare()
    again = WorktreePool(repo)
    again.prune()
    again.checkout(head)
    subprocess.run(["git", "status"], cwd=lab, check=True, capture_output=True)
    subprocess.run(["git", "worktree", "list"], cwd=lab, check=True, capture_output=True)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_a_planted_repository_runs_nothing(pooled, tmp_path, way) -> None:
    arena, repo = pooled
    canary = tmp_path / "canary"
    pool = WorktreePool(repo)
    code = PLANT.format(canary=str(canary)) + way + "\nprint('planted')\n"
    commit = repo.commit_edits(repo.head(), {"train.py": code.encode()}, message="x", author="x")
    task = arena.task(evaluate=None, predict=None, artifacts=[], hidden=[])
    bench = Bench(task, arena.executor, home=arena.home, frozen=arena.home / "frozen")
    worktree = pool.checkout(commit)
    result = await bench.measure("m", worktree, 1, Slot(0))
    assert "planted" in result.log.read_text()
    pool.give_back(worktree)
    everything_the_lab_does_with_git(repo, pool, arena.root)
    assert not canary.exists()
    pool.close()


def test_git_that_looks_around_for_itself_would_run_it(arena, tmp_path) -> None:
    canary = tmp_path / "canary"
    slot = arena.slot().lab
    (slot / ".git").unlink()
    arena.naive(PLANT.format(canary=str(canary)) + "repository('.git')")
    subprocess.run(["git", "status"], cwd=slot, capture_output=True, check=False)
    assert canary.exists()


async def test_the_place_of_git_in_a_slot_can_be_neither_read_nor_written(arena) -> None:
    said = await arena.alone(
        """
        import os, shutil
        print(repr(open(".git").read()))
        for act in (lambda: os.unlink(".git"), lambda: os.rename(".git", "x"),
                    lambda: open(".git", "w"), lambda: os.replace("train.py", ".git"),
                    lambda: os.symlink("x", ".git"), lambda: os.chmod(".git", 0o777)):
            try: act()
            except OSError as error: print(error.errno)
            else: print("STOLEN")
        """
    )
    assert said.startswith("''\n")
    assert "STOLEN" not in said
