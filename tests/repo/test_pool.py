from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orgloop.repo import LabRepo, Worktree, WorktreePool
from orgloop.repo import materialise as materialise_module


@pytest.fixture
def pool(repo: LabRepo) -> Iterator[WorktreePool]:
    made = WorktreePool(repo)
    made.prune()
    yield made
    made.close()


@pytest.fixture(params=["blobs", "git"])
def either_pool(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, pool: WorktreePool
) -> WorktreePool:
    """The pool on a small tree, written from blobs, and on one that is left to git."""
    if request.param == "git":
        monkeypatch.setattr(materialise_module, "SMALL_FILES", 0)
    return pool


def content(root: Path) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for folder, folders, files in os.walk(root):
        for name in [*files, *(name for name in folders if Path(folder, name).is_symlink())]:
            path = Path(folder, name)
            shown = path.relative_to(root).as_posix()
            found[shown] = f"-> {path.readlink()}" if path.is_symlink() else path.read_bytes()
    found.pop(".git", None)
    return found


def committed(repo: LabRepo, commit: str) -> dict[str, bytes | str]:
    return {path: repo.read(commit, path) for path in repo.entries(commit)}


def test_a_checkout_holds_the_commit_and_git_knows_it(repo, lab, git, pool, experiment):
    commit = experiment({"train.py": b"LR = 3\n", "deep/er/x.py": b"1"})
    worktree = pool.checkout(commit, index=True)
    assert worktree.path == worktree.lab == lab / ".orgloop" / "worktrees" / "1"
    assert content(worktree.path) == committed(repo, commit)
    assert git(worktree.path, "rev-parse", "HEAD").strip() == commit
    assert git(worktree.path, "status", "--porcelain") == ""
    assert str(worktree.path) in git(lab, "worktree", "list")
    assert git(lab, "status", "--porcelain") == ""


def test_slots_are_used_again_and_grow_with_demand(repo, pool):
    first, second = pool.checkout(repo.head()), pool.checkout(repo.head())
    assert (first.number, second.number) == (1, 2)
    pool.give_back(first)
    assert pool.checkout(repo.head()) == first


def test_the_same_slot_moves_between_commits(repo, either_pool, experiment):
    commits = [
        experiment({"train.py": b"1", "a/b/c": b"x"}),
        experiment({"a": b"a file now", "model/net.py": None}),
        repo.head(),
        experiment({"model": b"", "model/net.py": None}),
    ]
    for commit in [*commits, *reversed(commits)]:
        worktree = either_pool.checkout(commit)
        assert worktree.number == 1
        assert content(worktree.path) == committed(repo, commit)
        either_pool.give_back(worktree)
        either_pool.prepare_spare(repo.head())
    assert [p.name for p in (repo.place.lab / ".orgloop" / "trash").glob("*")] == []


def test_a_spare_is_ready_before_it_is_asked_for(repo, pool, experiment):
    assert pool.prepare_spare()
    assert not pool.prepare_spare()
    spare = repo.place.lab / ".orgloop" / "worktrees" / "1"
    assert content(spare) == committed(repo, repo.head())
    commit = experiment({"train.py": b"other"})
    worktree = pool.checkout(commit)
    assert worktree.path == spare
    assert content(spare) == committed(repo, commit)


def leave_files(slot: Path) -> None:
    (slot / "junk").write_text("x")
    (slot / ".gitignore").write_text("*")
    (slot / "model" / "cache").mkdir()
    (slot / "model" / "cache" / "x.pyc").write_text("x")


def change_tracked(slot: Path) -> None:
    stamp = (slot / "train.py").stat()
    (slot / "train.py").write_text(
        "LR = 0.9\nSTEPS = 10\n\n\ndef main():\n    print(LR)\n\n\nmain()\n"
    )
    os.utime(slot / "train.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (slot / "evaluate.py").unlink()
    (slot / "task.md").chmod(0o777)


def forbid(slot: Path) -> None:
    (slot / "locked" / "inner").mkdir(parents=True)
    (slot / "locked" / "inner" / "x").write_text("x")
    for path in ("train.py", "locked/inner", "locked", "model", "."):
        (slot / path).chmod(0)


def special(slot: Path) -> None:
    os.mkfifo(slot / "pipe")
    (slot / "train.py").unlink()
    os.mkfifo(slot / "train.py")
    (slot / "to-root").symlink_to("/")
    (slot / "dangling").symlink_to("nowhere")
    here = os.open(slot, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{here}/socket")
    finally:
        os.close(here)


def replace_folder_by_link(slot: Path) -> None:
    outside = slot.parents[3] / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "net.py").write_text("mine")
    shutil.rmtree(slot / "model")
    (slot / "model").symlink_to(outside)


def replace_file_by_folder(slot: Path) -> None:
    (slot / "train.py").unlink()
    (slot / "train.py" / "x").mkdir(parents=True)


def hard_link(slot: Path) -> None:
    (slot / "copy").hardlink_to(slot / "train.py")
    (slot / "copy").write_text("both")


def delete_dot_git(slot: Path) -> None:
    (slot / ".git").unlink()


def plant_repository(slot: Path) -> None:
    (slot / ".git").unlink()
    inner = slot / ".git"
    (inner / "objects").mkdir(parents=True)
    (inner / "refs").mkdir()
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    mark = slot.parents[3] / "ran"
    (inner / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
        f'\tfsmonitor = "touch {mark}; false"\n\thooksPath = {slot / "hooks"}\n'
    )
    (slot / "hooks").mkdir()
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (slot / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (slot / "hooks" / hook).chmod(0o755)
    (slot / "sub" / ".git").mkdir(parents=True)


def delete_everything(slot: Path) -> None:
    shutil.rmtree(slot)


def become_a_link(slot: Path) -> None:
    shutil.rmtree(slot)
    outside = slot.parents[3] / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "precious").write_text("mine")
    slot.symlink_to(outside)


def nest_deeply(slot: Path) -> None:
    here = os.open(slot, os.O_RDONLY)
    try:
        for _ in range(1_050):
            os.mkdir("folders", dir_fd=here)
            inner = os.open("folders", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)


NASTY: list[Callable[[Path], None]] = [
    leave_files,
    change_tracked,
    forbid,
    special,
    replace_folder_by_link,
    replace_file_by_folder,
    hard_link,
    delete_dot_git,
    plant_repository,
    delete_everything,
    become_a_link,
]


@pytest.mark.parametrize("nasty", NASTY, ids=lambda nasty: nasty.__name__)
def test_whatever_a_candidate_leaves_is_gone_at_the_next_use(
    repo, lab, git, tmp_path, either_pool, experiment, nasty
):
    worktree = either_pool.checkout(repo.head())
    nasty(worktree.path)
    either_pool.give_back(worktree)
    commit = experiment({"evaluate.py": b"next"})
    again = either_pool.checkout(commit, index=True)
    assert content(again.path) == committed(repo, commit)
    assert not again.path.is_symlink()
    assert git(again.path, "status", "--porcelain", "--ignored") == ""
    assert git(again.path, "rev-parse", "HEAD").strip() == commit
    assert (again.path / "train.py").stat().st_mode & 0o777 == 0o644
    either_pool.close()
    assert not list((lab / ".orgloop" / "trash").glob("*"))
    assert not (tmp_path / "ran").exists()
    for path in (tmp_path / "outside").glob("*"):
        assert path.read_text() == "mine"
    assert len(git(lab, "worktree", "list").splitlines()) == 2


def test_a_chain_of_folders_deeper_than_a_path_may_be_long_is_removed(repo, lab, pool):
    worktree = pool.checkout(repo.head())
    nest_deeply(worktree.path)
    pool.give_back(worktree)
    pool.prepare_spare()
    assert content(worktree.path) == committed(repo, repo.head())
    assert not list((lab / ".orgloop" / "trash").glob("*"))


def test_the_planted_repository_would_run_its_program_for_a_careless_git(repo, pool, git, tmp_path):
    # The attack of the test above is real: git that discovers its directory runs the program.
    worktree = pool.checkout(repo.head())
    plant_repository(worktree.path)
    git(worktree.path, "status")
    assert (tmp_path / "ran").exists()


def test_symlinks_modes_and_submodules_of_the_repository_are_checked_out(make_lab, git):
    lab = make_lab({"train.py": "x\n", "run.sh": "echo\n"})
    (lab / "run.sh").chmod(0o755)
    (lab / "link").symlink_to("train.py")
    make_lab(at="lab/inner")
    git(lab, "add", "-A")
    git(lab, "commit", "-q", "-m", "x")
    with LabRepo.open(lab) as repo:
        pool = WorktreePool(repo)
        worktree = pool.checkout(repo.head(), index=True)
        (worktree.path / "link").unlink()
        (worktree.path / "inner" / "x").mkdir()
        pool.give_back(worktree)
        worktree = pool.checkout(repo.head(), index=True)
    assert (worktree.path / "link").readlink() == Path("train.py")
    assert os.access(worktree.path / "run.sh", os.X_OK)
    assert list((worktree.path / "inner").iterdir()) == []
    assert git(worktree.path, "status", "--porcelain") == ""


def test_a_lab_in_a_folder_gets_the_whole_repository_and_its_own_folder(make_lab):
    top = make_lab({"lib/shared.py": "s", "labs/toy/train.py": "x\n"})
    with LabRepo.open(top / "labs" / "toy") as repo:
        worktree = WorktreePool(repo).checkout(repo.head())
    assert worktree.path == top / "labs" / "toy" / ".orgloop" / "worktrees" / "1"
    assert worktree.lab == worktree.path / "labs" / "toy"
    assert (worktree.path / "lib" / "shared.py").read_text() == "s"


def test_files_that_need_a_filter_get_it(make_lab, git, tmp_path):
    lab = make_lab({"train.py": "x\n", "data.txt": "raw\n", ".gitattributes": "*.txt eol=crlf\n"})
    with LabRepo.open(lab) as repo:
        worktree = WorktreePool(repo).checkout(repo.head(), index=True)
    assert (worktree.path / "data.txt").read_bytes() == b"raw\r\n"
    assert git(worktree.path, "status", "--porcelain") == ""


def test_what_setup_made_stays_and_what_was_added_to_it_goes(repo, pool, experiment):
    worktree = pool.checkout(repo.head())
    (worktree.path / ".venv" / "lib").mkdir(parents=True)
    (worktree.path / ".venv" / "lib" / "numpy.py").write_text("n")
    (worktree.path / "model" / "built.so").write_text("b")
    pool.record_setup(worktree)
    assert pool.is_set_up(worktree)
    assert set(pool.protected(worktree)) == {
        worktree.path / ".venv",
        worktree.path / "model" / "built.so",
    }
    (worktree.path / ".venv" / "lib" / "extra.py").write_text("x")
    (worktree.path / "junk").write_text("x")
    pool.give_back(worktree)
    commit = experiment({"train.py": b"1"})
    worktree = pool.checkout(commit)
    assert pool.is_set_up(worktree)
    assert content(worktree.path) == committed(repo, commit) | {
        ".venv/lib/numpy.py": b"n",
        "model/built.so": b"b",
    }
    again = WorktreePool(repo)
    again.prune()
    assert again.is_set_up(again.checkout(repo.head()))


def test_tampering_with_what_setup_made_makes_setup_run_again(repo, pool):
    worktree = pool.checkout(repo.head())
    target = worktree.path / ".venv" / "numpy.py"
    target.parent.mkdir()
    target.write_text("good")
    pool.record_setup(worktree)
    stamp = target.stat()
    target.write_text("evil")
    os.utime(target, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    pool.give_back(worktree)
    worktree = pool.checkout(repo.head())
    assert not pool.is_set_up(worktree)
    assert pool.protected(worktree) == ()
    assert content(worktree.path) == committed(repo, repo.head())


def test_a_reserved_slot_is_left_alone_until_it_is_given_back(repo, pool):
    worktree = pool.checkout(repo.head())
    (worktree.path / "result").write_text("of a job that still runs")
    again = WorktreePool(repo)
    assert again.reserve(worktree.path) == worktree
    again.prune()
    other = again.checkout(repo.head())
    assert other.number == 2
    assert (worktree.path / "result").exists()
    again.give_back(worktree)
    assert again.checkout(repo.head()) == worktree
    assert not (worktree.path / "result").exists()


def test_reserving_what_is_not_a_slot_is_none(repo, pool, lab):
    assert pool.reserve(lab) is None
    assert pool.reserve(lab / ".orgloop" / "worktrees" / "7") is None


def test_pruning_heals_what_a_killed_lab_left(repo, lab, git, pool):
    slots = [pool.checkout(repo.head()) for _ in range(3)]
    shutil.rmtree(slots[0].path)
    (slots[1].git_dir / "index.lock").write_text("")
    shutil.rmtree(slots[2].git_dir)
    (lab / ".orgloop" / "worktrees" / "9").mkdir()
    again = WorktreePool(repo)
    again.prune()
    assert sorted(p.name for p in (lab / ".orgloop" / "worktrees").iterdir()) == ["2"]
    assert not (slots[1].git_dir / "index.lock").exists()
    assert [again.checkout(repo.head(), index=True).number for _ in range(3)] == [2, 1, 3]
    assert len(git(lab, "worktree", "list").splitlines()) == 4


def test_worktrees_of_a_lab_that_moved_are_forgotten_and_a_persons_own_are_not(
    repo, lab, git, pool, tmp_path
):
    pool.checkout(repo.head())
    git(lab, "worktree", "add", "-q", "-b", "mine", str(tmp_path / "mine"))
    moved = tmp_path / "moved"
    shutil.move(lab, moved)
    with LabRepo.open(moved) as again:
        fresh = WorktreePool(again)
        fresh.prune()
        assert fresh.checkout(again.head()).path == moved / ".orgloop" / "worktrees" / "1"
    assert len(list((moved / ".git" / "worktrees").iterdir())) == 2
    assert (tmp_path / "mine" / "train.py").exists()


def test_a_registration_that_vanished_while_in_use_is_made_anew(repo, lab, git, pool):
    worktree = pool.checkout(repo.head())
    shutil.rmtree(worktree.git_dir)
    pool.give_back(worktree)
    again = pool.checkout(repo.head(), index=True)
    assert git(again.path, "status", "--porcelain") == ""


def test_git_worktree_prune_does_not_take_a_slot_whose_dot_git_is_gone(repo, lab, git, pool):
    worktree = pool.checkout(repo.head())
    (worktree.path / ".git").unlink()
    git(lab, "worktree", "prune")
    assert worktree.git_dir.is_dir()


def test_many_threads_get_slots_of_their_own(repo, pool, experiment):
    commits = [experiment({"train.py": b"%d" % number}) for number in range(8)]
    taken: list[tuple[Worktree, bytes]] = []

    def walk(commit: str) -> None:
        for _ in range(3):
            worktree = pool.checkout(commit)
            assert content(worktree.path) == committed(repo, commit)
            taken.append((worktree, (worktree.path / "train.py").read_bytes()))
            pool.give_back(worktree)
            pool.prepare_spare()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(walk, commits))  # raises what a thread raised
    assert len(taken) == 24
