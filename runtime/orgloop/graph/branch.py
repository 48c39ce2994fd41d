"""The run's branch: shows the incumbent to people, and is never what the lab relies on.

The ledger says which commit reigns, and the experiments' own refs keep it. A person may look at the
branch, check it out, commit on it or delete it meanwhile: the run goes on, what is the person's is
left alone, and a notice says so once.
"""

from __future__ import annotations

from orgloop.errors import RepoError
from orgloop.ledger import Ledger
from orgloop.repo import LabRepo, run_branch


class RunBranch:
    """Keeps ``orgloop/<run>`` where the ledger says, as far as it is the lab's to move."""

    def __init__(self, ledger: Ledger, repo: LabRepo, run: str, baseline: str) -> None:
        self._ledger, self._repo, self._run, self._baseline = ledger, repo, run, baseline
        self._said = ""

    def begin(self) -> None:
        """Make it where it is not, so that a run's baseline cannot be collected under it.

        Raises RepoError where it cannot be made.
        """
        if self._repo.refs.get(run_branch(self._run)) is None:
            self._repo.advance(self._run, self._reigning(), expect=None)

    def follow(self) -> None:
        """Move it to the incumbent, or say why it stays where it is."""
        reason = self._move()
        if reason and reason != self._said:
            self._ledger.problems.notice(reason, run=self._run, level="warning")
        self._said = reason

    def _reigning(self) -> str:
        incumbent = self._ledger.incumbents.current(self._run)
        return self._baseline if incumbent is None else incumbent.commit

    def _move(self) -> str:
        """Why it could not be moved; empty where it is where it should be."""
        commit, ref = self._reigning(), run_branch(self._run)
        head = self._repo.refs.get(ref)
        if head == commit:
            return ""
        name = f"`orgloop/{self._run}`"
        theirs = head not in (None, self._baseline) and (
            self._ledger.incumbents.of_commit(self._run, str(head)) is None
        )
        if head is not None and theirs:
            return (
                f"The branch {name} was moved to {head[:12]} by somebody else, and is left there. "
                f"The best commit is {commit[:12]}; `git branch -f orgloop/{self._run} "
                f"{commit[:12]}` puts the branch back, and the run follows it again."
            )
        try:
            self._repo.advance(self._run, commit, expect=head)
        except RepoError as error:
            return (
                f"The branch {name} stays behind the best commit, {commit[:12]}: {error.message} "
                "Nothing is lost, and it is moved when that is possible."
            )
        return ""
