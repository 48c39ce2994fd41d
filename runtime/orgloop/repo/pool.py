"""The pool of slots: a clean checkout for each walk that needs one, used again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orgloop.errors import RepoError
from orgloop.repo.heal import heal_worktrees
from orgloop.repo.lab_repo import LabRepo
from orgloop.repo.materialise import Materialiser
from orgloop.repo.setup import SetupRecord
from orgloop.repo.sweep import sweep
from orgloop.repo.trash import Trash
from orgloop.repo.trees import Entry
from orgloop.repo.unwritable import unwritable
from orgloop.repo.worktree import Worktree, ours, register, registered, slot

State = Literal["clean", "dirty", "busy", "held"]


@dataclass(slots=True)
class _Slot:
    worktree: Worktree
    state: State
    commit: str | None = None
    """What a clean slot holds, exactly."""
    setup: SetupRecord | None = None


class WorktreePool:
    """Hands out slots that hold one commit and nothing else.

    Every method may be called from any thread. Bookkeeping takes a lock; the work on files is
    done outside of it, on a slot that nobody else has. One pool to a lab: the caller holds the
    lab's own lock.
    """

    def __init__(self, repo: LabRepo) -> None:
        self._repo = repo
        self._root = repo.home / "worktrees"
        self._trash = Trash(repo.home / "trash")
        self._files = Materialiser(repo.place, repo.objects, repo.trees, self._trash)
        self._lock = threading.RLock()
        self._slots: dict[int, _Slot] = {}
        self._latest: str | None = None

    def prune(self) -> None:
        """Heal what an earlier lab left: call once at the start, after :meth:`reserve`.

        Deleted slots are forgotten, slots that git does not know are removed, stale locks go,
        and every other slot is taken over, to be cleaned before its next use. Raises RepoError.
        """
        with self._lock:
            held = {state.worktree.path for state in self._slots.values()}
            heal_worktrees(self._repo.place, self._root, self._trash, held)
            for path, git_dir in registered(self._repo.place).items():
                if path.parent == self._root and path.name.isdigit() and path not in held:
                    self._adopt(slot(self._repo.place, path, git_dir), "dirty")

    def reserve(self, path: Path) -> Worktree | None:
        """Keep a slot for a job of an earlier lab that still runs in it; None if it is gone."""
        path = Path(path).resolve()
        git_dir = registered(self._repo.place).get(path)
        if git_dir is None or path.parent != self._root or not path.name.isdigit():
            return None
        with self._lock:
            known = self._slots.get(int(path.name))
            if known is None:
                known = self._adopt(slot(self._repo.place, path, git_dir), "held")
            known.state = "held"
            return known.worktree

    def checkout(self, commit: str, *, index: bool = False) -> Worktree:
        """A slot at this commit, clean but for what setup made; raises RepoError.

        With ``index`` git's index is brought along (2 ms more), for whoever runs git in it.
        """
        self._latest = commit
        ready = False
        with self._lock:
            chosen = self._choose(commit)
            if chosen is not None:
                ready, chosen.state = chosen.state == "clean", "held"
        if chosen is None:
            chosen = self._create(commit)
        chosen = self._bring(chosen, commit, ready)
        if index:
            chosen.worktree.index(commit)
        chosen.state = "held"
        return chosen.worktree

    def give_back(self, worktree: Worktree) -> None:
        """The experiment is done and its processes are gone; cleaning comes later."""
        with self._lock:
            held = self._slots.get(worktree.number)
            if held is not None and held.worktree == worktree:
                held.state, held.commit = "dirty", None

    def prepare_spare(self, commit: str | None = None) -> bool:
        """Clean one used slot, or make a first one, ahead of need; False if all was ready.

        ``commit`` is what the next checkout will most likely ask for (the latest one if left
        out). Also empties the trash, so call it even where no spare is needed. Raises RepoError.
        """
        commit = commit or self._latest or self._repo.head()
        with self._lock:
            found = next((s for s in self._slots.values() if s.state == "dirty"), None)
            needed = found is None and all(s.state != "clean" for s in self._slots.values())
            if found is not None:
                found.state = "busy"
        if found is not None or needed:
            spare = self._bring(found or self._create(commit), commit, False)
            with self._lock:
                spare.state = "clean"
        self._trash.empty()
        return found is not None or needed

    def record_setup(self, worktree: Worktree) -> None:
        """Keep what is untracked in the slot now: the task's setup has just succeeded there."""
        held = self._slots[worktree.number]
        record = SetupRecord.take(worktree.path, self._tracked(held.commit or self._repo.head()))
        record.save(self._record_file(worktree))
        held.setup = record

    def is_set_up(self, worktree: Worktree) -> bool:
        """Whether setup's products are in the slot, unchanged since they were recorded."""
        return self._slots[worktree.number].setup is not None

    def protected(self, worktree: Worktree) -> tuple[Path, ...]:
        """Setup's products: to be bound read-only while candidate code runs."""
        record = self._slots[worktree.number].setup
        return tuple(worktree.path / top for top in record.tops) if record else ()

    def close(self) -> None:
        """Empty the trash; slots stay for the next lab."""
        self._trash.empty()

    def _choose(self, commit: str) -> _Slot | None:
        free = [s for s in self._slots.values() if s.state in ("clean", "dirty")]
        return min(free, key=lambda s: (s.state != "clean", s.commit != commit), default=None)

    def _adopt(self, worktree: Worktree, state: State) -> _Slot:
        adopted = _Slot(worktree, state, setup=SetupRecord.load(self._record_file(worktree)))
        self._slots[worktree.number] = adopted
        return adopted

    def _create(self, commit: str) -> _Slot:
        with self._lock:
            number = 1
            while number in self._slots or (self._root / str(number)).exists():
                number += 1
            path = self._root / str(number)
            self._record_file_at(path).unlink(missing_ok=True)
            worktree = register(self._repo.place, path, commit)
            return self._adopt(worktree, "busy")

    def _bring(self, chosen: _Slot, commit: str, ready: bool) -> _Slot:
        tree = self._repo.commits.read(commit).tree
        try:
            if not ready or chosen.commit is None:
                self._clean(chosen, commit, tree)
            elif chosen.commit != commit:
                old = self._repo.commits.read(chosen.commit).tree
                self._files.step(chosen.worktree, commit, old, tree)
            chosen.worktree.point(commit)
        except (OSError, RepoError):
            # A slot that cannot be mended is given up; a fresh one cannot have its fault.
            self._retire(chosen)
            chosen = self._create(commit)
            try:
                self._files.whole(chosen.worktree, commit, tree)
                chosen.worktree.point(commit)
            except OSError as error:
                raise unwritable(
                    f"No worktree can be made under {self._root}",
                    error,
                    hint="Check the free space and the rights of that directory.",
                ) from error
        chosen.commit = commit
        chosen.worktree.lab.mkdir(parents=True, exist_ok=True)
        return chosen

    def _clean(self, chosen: _Slot, commit: str, tree: str) -> None:
        worktree, record = chosen.worktree, chosen.setup
        if not ours(worktree.git_dir):
            raise RepoError(f"git forgot the worktree {worktree.path}.")
        if record is not None and not record.whole(worktree.path, self._trash):
            self._record_file(worktree).unlink(missing_ok=True)
            chosen.setup = record = None
        tracked = self._repo.trees.flatten(tree)
        kept = [top for top in (record.tops if record else ()) if top not in tracked]
        sweep(worktree.path, tracked, kept, self._trash)
        self._files.whole(worktree, commit, tree)

    def _retire(self, slot: _Slot) -> None:
        with self._lock:
            self._slots.pop(slot.worktree.number, None)
        try:
            self._trash.take(slot.worktree.path)
            self._record_file(slot.worktree).unlink(missing_ok=True)
            if ours(slot.worktree.git_dir):
                self._trash.take(slot.worktree.git_dir)
        except OSError:
            return  # its number stays taken; the next lab's prune tries again

    def _tracked(self, commit: str) -> Mapping[str, Entry]:
        return self._repo.trees.flatten(self._repo.commits.read(commit).tree)

    def _record_file(self, worktree: Worktree) -> Path:
        return self._record_file_at(worktree.path)

    def _record_file_at(self, path: Path) -> Path:
        return path.with_name(f"{path.name}.setup.json")
