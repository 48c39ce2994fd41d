"""The versions of an organization that a run has worked under, each compiled once.

A generation is a git tree held by the branch `orgloop-org/<run>`; an experiment stays with the one
it began under, also over a restart, when it is read back from git.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

from orgloop.errors import LedgerError, RepoError
from orgloop.graph.offload import Offload
from orgloop.ledger import GenerationRow, Ledger
from orgloop.org import Org, load_org
from orgloop.repo import LabRepo
from orgloop.task import Task

if TYPE_CHECKING:
    from orgloop.graph.checkpoints import WalkSaver
    from orgloop.graph.walk import Walker


class Generations:
    """Knows the current generation, and has a walker for each that is asked for."""

    def __init__(
        self, run: str, task: Task, repo: LabRepo, ledger: Ledger, offload: Offload
    ) -> None:
        self._run = run
        self._task = task
        self._repo = repo
        self._ledger = ledger
        self._offload = offload
        self._orgs: dict[int, Org] = {}
        self._walkers: dict[int, Walker] = {}
        self.current = 0
        """The number of the generation that the next experiment starts under."""

    async def follow(self) -> None:
        """Take up the generation that stands by the record."""
        row = await self._offload.ledger(lambda: self._ledger.generations.standing(self._run))
        self.current = 0 if row is None else row.number

    async def add(self, org: Org, *, author: str, reason: str) -> GenerationRow:
        """Make ``org`` the run's latest generation; returns the latest where nothing differs.

        It does not stand by that: see :attr:`current`.
        """
        latest = await self._offload.ledger(lambda: self._ledger.generations.latest(self._run))
        parent = None if latest is None else latest.commit
        commit, tree = await self._offload.git(
            lambda: self._repo.write_generation(
                self._run, org.files, parent=parent, message=reason, author=author
            )
        )
        if latest is not None and tree == latest.tree:
            row = latest
        else:
            row = await self._offload.ledger(
                lambda: self._ledger.generations.add(
                    self._run,
                    tree=tree,
                    commit=commit,
                    author=author,
                    reason=reason,
                )
            )
        self._orgs[row.number] = org
        return row

    async def person(self) -> Org | None:
        """The organization as a person wrote it last, without amendments."""
        commit = await self._offload.git(lambda: self._repo.written_by_person(self._run))
        if commit is None:
            return None
        files = await self._offload.git(lambda: self._repo.read_generation(commit))
        org, _ = load_org(files, self._task)
        return org

    async def org(self, number: int) -> Org:
        """The organization of that generation, from memory or from git."""
        if number not in self._orgs:
            row = await self._offload.ledger(
                lambda: self._ledger.generations.get(self._run, number)
            )
            if row is None:
                raise LedgerError(f"Generation {number} of run {self._run} is not in the ledger.")
            files = await self._offload.git(lambda: self._repo.read_generation(row.commit))
            org, problems = load_org(files, self._task)
            if org is None:
                first = next(iter(problems))
                raise RepoError(
                    f"Generation {number} of this run does not check any more: {first}",
                    hint="Start a new run with `orgloop run --new`.",
                )
            self._orgs[number] = org
        return self._orgs[number]

    async def walker(self, number: int, saver: WalkSaver) -> Walker:
        """The compiled state machine of that generation."""
        if number not in self._walkers:
            org = await self.org(number)
            module = await asyncio.to_thread(importlib.import_module, "orgloop.graph.walk")
            # Two tasks may have come here at once; the first to arrive is kept.
            if number not in self._walkers:
                walker: Walker = module.Walker.of(org, saver)
                self._walkers[number] = walker
        return self._walkers[number]
