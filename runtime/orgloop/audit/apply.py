"""Brings a run's result home: what survived its audit, as commits on the person's branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from orgloop.audit.compose import Composition, compose, needs
from orgloop.audit.judge import SURVIVED
from orgloop.audit.message import TRAILER, commit_message
from orgloop.audit.report import AuditReport, KeepFinding
from orgloop.audit.stack import Kept, Stack, stack_of
from orgloop.audit.station import chosen_run
from orgloop.errors import OrgloopError, RepoError, UserError
from orgloop.lab.lock import LabLock
from orgloop.ledger import AuditRow, Ledger, RunRow, ledger_path
from orgloop.problems import did_you_mean
from orgloop.repo import LabRepo
from orgloop.repo.checkout import Checkout


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """What a person asks for."""

    run: str | None = None
    branch: str | None = None
    """A branch to make; the one that is checked out if left out."""
    also: tuple[str, ...] = ()
    """Keeps that did not survive and are to come along."""
    unaudited: bool = False


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Applied(_Part):
    """A commit that was made."""

    experiment: str
    commit: str
    message: str


class LeftOut(_Part):
    """A kept experiment that is not there, and why."""

    experiment: str
    title: str
    why: str


class ApplyResult(_Part):
    """What was done, or would be."""

    run: str
    branch: str
    before: str
    after: str
    """The same as ``before`` where there was nothing to do."""
    commits: tuple[Applied, ...]
    there: tuple[str, ...]
    """Experiments whose change the branch had already."""
    left_out: tuple[LeftOut, ...]
    audit: int | None
    """None for an unaudited result."""
    verified: bool | None
    """Whether the audit has shown all of it together to be better than the baseline; None where
    it has not measured just this."""
    moved: bool
    """Whether the lab's files have changed since the run began: what is on the branch then is
    not exactly what was measured."""
    done: bool
    """False for a dry run."""


def apply(root: Path, options: ApplyOptions, *, dry_run: bool = False) -> ApplyResult:
    """Put what survived on the person's branch, all of it or nothing.

    Raises UserError and RepoError where it cannot be; the branch and the checkout are then as
    they were.
    """
    if not ledger_path(root).is_file():
        raise UserError(
            "This lab has not run yet, so there is nothing to apply.",
            hint="`orgloop run` starts it.",
        )
    with LabRepo.open(root) as repo:
        lock = LabLock(repo.home)
        try:
            with Ledger.open(repo.home / "lab.db") as ledger:
                return _Applying(repo, ledger, options).carry_out(dry_run=dry_run)
        finally:
            lock.release()


class _Applying:
    """One call: what is chosen, where it goes, what stands in the way."""

    def __init__(self, repo: LabRepo, ledger: Ledger, options: ApplyOptions) -> None:
        self._repo, self._ledger, self._options = repo, ledger, options
        self._run: RunRow = chosen_run(ledger, options.run)
        self._stack = self._kept_stack()
        self._report = None if options.unaudited else self._audited()
        self._findings: Mapping[str, KeepFinding] = (
            {one.experiment: one for one in self._report.keeps} if self._report else {}
        )
        self._also = self._named()
        self._checkout = Checkout(repo.place, repo.objects, repo.trees, repo.refs)

    def carry_out(self, *, dry_run: bool) -> ApplyResult:
        chosen, left_out = self._choose()
        self._refuse_broken()
        if self._options.branch is not None:
            self._checkout.check_new(self._options.branch)
        branch = self._options.branch or self._checked_out()
        head = self._repo.head()
        before = self._there_already(chosen)
        made = compose(
            self._repo, head, [one for one in chosen if one not in before], self._message
        )
        if made.blocked:
            self._refuse_conflict(made, branch)
        if made.placed and not dry_run:
            self._put(branch, head, made.head)
        return ApplyResult(
            run=self._run.id,
            branch=branch,
            before=head,
            after=made.head,
            commits=tuple(
                Applied(
                    experiment=one.kept.experiment,
                    commit=one.commit,
                    message=self._repo.commits.read(one.commit).message,
                )
                for one in made.placed
            ),
            there=tuple(one.experiment for one in chosen if one in before or one in made.there),
            left_out=tuple(left_out),
            audit=self._report.audit if self._report else None,
            verified=self._verified(chosen),
            moved=self._has_moved(head, before),
            done=bool(made.placed) and not dry_run,
        )

    def _kept_stack(self) -> Stack:
        stack = stack_of(self._ledger, self._run.id)
        if stack is None or not stack.kept:
            raise OrgloopError(
                f"Run {self._run.id} has kept nothing, so there is nothing to apply.",
                hint="`orgloop log` shows what was tried.",
            )
        return stack

    def _audited(self) -> AuditReport:
        """The report on the run's best; raises UserError where there is none."""
        rows = self._ledger.audits.all(self._run.id)
        mine = [row for row in rows if row.best == self._stack.best]
        done = [row for row in mine if row.report is not None]
        if done:
            return AuditReport.model_validate(done[-1].report)
        raise UserError(
            _unaudited(self._run.id, rows, mine),
            hint="`orgloop audit` does that; --unaudited applies everything that was kept, and "
            "says so.",
        )

    def _named(self) -> frozenset[str]:
        known = [one.experiment for one in self._stack.kept]
        found = set()
        for word in self._options.also:
            digits = word.strip().lower().removeprefix("e")
            id = f"e{int(digits):04d}" if digits.isascii() and digits.isdigit() else word
            if id not in known:
                raise UserError(
                    f"`{word}` is none of the experiments that run {self._run.id} kept.",
                    hint=did_you_mean(id, known),
                )
            found.add(id)
        return frozenset(found)

    def _checked_out(self) -> str:
        branch = self._checkout.branch()
        if branch is None:
            raise UserError(
                "HEAD is on no branch, so there is none to put the result on.",
                hint="Check one out, or have one made with --branch NAME.",
            )
        if branch.startswith("orgloop/"):
            raise UserError(
                f"`{branch}` is a run's own branch, which only the lab moves.",
                hint="Check out a branch of your own, or have one made with --branch NAME.",
            )
        return branch

    def _choose(self) -> tuple[list[Kept], list[LeftOut]]:
        """What goes on the branch, and what does not: a choice that hangs together by itself."""
        kept, ids = self._stack.kept, {one.experiment for one in self._stack.kept}
        if not self._options.unaudited:
            survived = {id for id, one in self._findings.items() if one.verdict == SURVIVED}
            ids &= survived | self._also
        wanted = [one for one in kept if one.experiment in ids]
        made = compose(self._repo, self._stack.baseline, wanted)
        blocked = {one.kept.experiment for one in made.blocked}
        left_out = []
        for one in kept:
            if one.experiment in blocked:
                other = needs(self._repo, self._stack.baseline, kept, ids, one)
                why = f"it is built on {other}" if other else "it is built on what is left out"
                hint = f", and `--with {other}` brings both" if other else ""
                left_out.append(LeftOut(experiment=one.experiment, title=one.title, why=why + hint))
            elif one.experiment not in ids:
                finding = self._findings[one.experiment]
                why = f"{finding.verdict} in audit {self._report.audit if self._report else 0}"
                left_out.append(LeftOut(experiment=one.experiment, title=one.title, why=why))
        return [one for one in wanted if one.experiment not in blocked], left_out

    def _there_already(self, chosen: Sequence[Kept]) -> list[Kept]:
        """Those that the branch has: applied before, or merged with the run's own commits."""
        since = self._checkout.since(self._stack.baseline)
        ids = {id for id, _ in since}
        applied = {
            line.partition(":")[2].strip()
            for _, said in since
            for line in said.splitlines()
            if line.startswith(f"{TRAILER}:")
        }
        return [
            one
            for one in chosen
            if one.commit in ids or f"{self._run.id}/{one.experiment}" in applied
        ]

    def _has_moved(self, head: str, before: Sequence[Kept]) -> bool:
        expected = compose(self._repo, self._stack.baseline, before).head
        return self._repo.entries(head) != self._repo.entries(expected)

    def _verified(self, chosen: Sequence[Kept]) -> bool | None:
        if self._report is None or self._report.survivors_commit is None:
            return None
        head = compose(self._repo, self._stack.baseline, chosen).head
        measured = self._report.survivors_commit
        if self._repo.commits.read(head).tree != self._repo.commits.read(measured).tree:
            return None
        return self._report.is_survivors_verified

    def _refuse_broken(self) -> None:
        report = self._report
        if report is None or self._also or report.survivors is None:
            return
        if report.survivors.gain is None:
            raise OrgloopError(
                f"What survived audit {report.audit} does not run without what did not.",
                hint="The audit's page says how it crashed; --with brings a keep along that did "
                "not survive.",
            )

    def _message(self, kept: Kept) -> str:
        return commit_message(
            kept,
            self._run,
            self._findings.get(kept.experiment),
            self._report.audit if self._report else None,
        )

    def _refuse_conflict(self, made: Composition, branch: str) -> None:
        first = made.blocked[0]
        files = ", ".join(f"`{path}`" for path in first.paths)
        raise RepoError(
            f"{first.kept.experiment} ({first.kept.commit[:12]}) conflicts with what was changed "
            f"since run {self._run.id} began, in {files}; nothing was put on `{branch}`.",
            hint=f"Merge it by hand: `git merge {self._run.branch}`.",
        )

    def _put(self, branch: str, old: str, new: str) -> None:
        if self._options.branch is not None:
            self._checkout.make_branch(branch, new)
        else:
            trees = [self._repo.commits.read(commit).tree for commit in (old, new)]
            if dirty := self._checkout.in_the_way(*trees):
                files = ", ".join(f"`{path}`" for path in dirty[:5])
                raise UserError(
                    f"Your checkout has work in {files} that is not committed and would be lost.",
                    hint="Commit or stash first, or put the result on a branch of its own with "
                    "--branch NAME.",
                )
            self._checkout.forward(new)
        self._ledger.problems.notice(
            f"What was kept is on `{branch}` now, at {new[:12]}.", run=self._run.id
        )


def _unaudited(run: str, rows: Sequence[AuditRow], mine: Sequence[AuditRow]) -> str:
    if mine:
        return f"The audit of run {run} is not finished, so it is not known what holds."
    if rows:
        return f"Run {run} has kept more since it was audited, so it is not known what holds."
    return f"Run {run} is not audited, so it is not known what holds."
