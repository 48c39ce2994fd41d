"""What an audit measures, settled before it measures anything and kept in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from orgloop.audit.compose import without
from orgloop.audit.stack import Kept, Stack
from orgloop.ledger import ExperimentRow
from orgloop.repo import Conflict, LabRepo, Merged

BASELINE, BEST, SURVIVORS = "baseline", "best", "survivors"

How = Literal["taken out", "in its place", "gone"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Arm(_Part):
    """A commit to be measured."""

    name: str
    commit: str


class KeepPlan(_Part):
    """How a kept experiment is put to the test: the arm that has it against one that has not."""

    experiment: str
    how: How
    """``taken out`` of the best; where that conflicts, ``in its place`` on the line of commits.
    ``gone`` where a later one undid it and nothing is left to test."""
    better: str
    worse: str
    conflict: tuple[str, ...] = ()
    """Files in which later keeps are built on its lines."""


class MissPlan(_Part):
    """A near miss, put on top of the best."""

    experiment: str
    arm: str | None
    """None where it cannot be put there, or is in the best already."""
    why: str = ""


class LeftBehind(_Part):
    """A keep that survived and cannot be put on the baseline without one that did not."""

    experiment: str
    needs: str
    """Empty where it is not a single one."""


class Plan(_Part):
    """An audit's arms and comparisons. Every arm is measured on every one of its seeds."""

    arms: tuple[Arm, ...]
    keeps: tuple[KeepPlan, ...]
    misses: tuple[MissPlan, ...]
    runs: int
    """Of each arm."""
    first_seed: int
    """Where its seeds begin in the run's stream for audits: no earlier audit has used them."""
    holdout: str | None = None
    """The task's hold-out command; baseline and best are measured by it, too."""
    survivors: Arm | None = None
    """The keeps that survived put together anew, where others did not; settled after the rest and
    measured, with the baseline, on further seeds of its own."""
    left_behind: tuple[LeftBehind, ...] = ()
    """What survived and is not in :attr:`survivors`."""

    @property
    def best(self) -> str:
        """The best's arm: the baseline's where nothing was kept."""
        return BEST if any(arm.name == BEST for arm in self.arms) else BASELINE

    @property
    def heldout(self) -> tuple[Arm, ...]:
        """The arms that the hold-out scores."""
        if self.holdout is None:
            return ()
        return tuple(arm for arm in self.arms if arm.name in (BASELINE, BEST))

    @property
    def bench_runs(self) -> int:
        """Runs on the bench, without what :attr:`survivors` may add."""
        return (len(self.arms) + len(self.heldout)) * self.runs

    @property
    def more_runs(self) -> int:
        """The most that :attr:`survivors` may add."""
        return 2 * self.runs if self.keeps else 0

    @property
    def next_seed(self) -> int:
        """The first seed that this audit cannot have used."""
        return self.first_seed + 2 * self.runs

    def arm(self, name: str) -> Arm:
        """The arm of a name; names of one commit are one arm."""
        return next(arm for arm in self.arms if arm.name == name)


class _Arms:
    """Collects arms; a commit that is there already keeps its first name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, name: str, commit: str) -> str:
        return self._names.setdefault(commit, name)

    def all(self) -> tuple[Arm, ...]:
        return tuple(Arm(name=name, commit=commit) for commit, name in self._names.items())


def lay_out(
    repo: LabRepo,
    stack: Stack,
    misses: Sequence[ExperimentRow],
    *,
    near: int,
    first_seed: int,
    holdout: str | None,
) -> Plan:
    """The plan but for its ``runs``, which depend on how many arms there are."""
    arms = _Arms()
    arms.add(BASELINE, stack.baseline)
    arms.add(BEST, stack.best)
    keeps = [_keep(repo, one, stack.best, arms) for one in stack.kept]
    found: list[MissPlan] = []
    for row in misses:
        if sum(miss.arm is not None for miss in found) == near:
            break
        found.append(_miss(repo, row, stack.best, arms))
    return Plan(
        arms=arms.all(),
        keeps=tuple(keeps),
        misses=tuple(found),
        runs=0,
        first_seed=first_seed,
        holdout=holdout,
    )


def _keep(repo: LabRepo, kept: Kept, best: str, arms: _Arms) -> KeepPlan:
    rest = without(repo, kept, best)
    id = kept.experiment
    if isinstance(rest, Conflict):
        return KeepPlan(
            experiment=id,
            how="in its place",
            better=arms.add(f"with-{id}", kept.commit),
            worse=arms.add(f"before-{id}", kept.base),
            conflict=rest.paths,
        )
    if rest == best:
        return KeepPlan(experiment=id, how="gone", better=BEST, worse=BEST)
    return KeepPlan(
        experiment=id,
        how="taken out",
        better=arms.add(BEST, best),
        worse=arms.add(f"without-{id}", rest),
    )


def _miss(repo: LabRepo, row: ExperimentRow, best: str, arms: _Arms) -> MissPlan:
    assert row.commit is not None, "near misses are chosen among those that have a commit"
    merged = repo.merge_onto(row.commit, row.base, best)
    if not isinstance(merged, Merged):
        files = ", ".join(f"`{path}`" for path in merged.paths)
        return MissPlan(
            experiment=row.id, arm=None, why=f"it conflicts with what was kept, in {files}"
        )
    if repo.commits.read(merged.commit).tree == repo.commits.read(best).tree:
        return MissPlan(experiment=row.id, arm=None, why="the best has it already")
    return MissPlan(experiment=row.id, arm=arms.add(f"plus-{row.id}", merged.commit))
