"""What a role's body can say: the values that its template is rendered with.

Every name here is a promise to people who write role files, so a field is added freely and
removed only with care.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LimitsBrief:
    """What one measurement may use: seconds and bytes, None where there is no limit."""

    cpu: float | None = None
    wall: float = 600.0
    memory: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.cpu:g} s of CPU time"] if self.cpu is not None else []
        parts.append(f"{self.wall:g} s on the clock")
        if self.memory is not None:
            parts.append(f"{self.memory / 2**30:.3g} GB of memory")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class TaskBrief:
    """``task``: what is being improved. Hidden files and their names are no part of it."""

    name: str
    metric: str
    goal: str
    """``minimize`` or ``maximize``."""
    run: str
    editable: tuple[str, ...]
    body: str = ""
    limits: LimitsBrief = LimitsBrief()
    slots: int = 1
    min_delta: float = 0.0
    constraints: tuple[str, ...] = ()
    """``peak_gb <= 40``, one to an entry."""
    self_reported: bool = False
    """Whether the number comes from the code under test."""
    packages: tuple[str, ...] | None = None
    """Packages that a run may import; None where there is no restriction."""
    network: bool = False


@dataclass(frozen=True, slots=True)
class CharterBrief:
    """``charter``: how the organization works."""

    name: str
    description: str = ""
    accept: str = "significant"
    ties: str = "discard"
    body: str = ""
    """The charter's prose, without the chart."""
    chart: str = ""
    """The chart as Mermaid."""


@dataclass(frozen=True, slots=True)
class RoleBrief:
    """``role``: who reads this."""

    name: str
    description: str
    tools: tuple[str, ...] = ()
    may_edit: bool = False
    may_run: bool = False


@dataclass(frozen=True, slots=True)
class NoteBrief:
    """What a role said earlier on this walk."""

    role: str
    text: str
    decision: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ExperimentBrief:
    """``experiment``: the walk that asks. A cadence call has an empty one."""

    id: str
    title: str = ""
    base: str = ""
    """The commit it was proposed on."""
    case: str = ""
    """The case file so far, as Markdown, capped."""
    diff: str = ""
    notes: tuple[NoteBrief, ...] = ()
    """Oldest first."""
    visits: int = 1
    """How many times this walk has come to this role, this time included."""


class LedgerDigest(Protocol):
    """``ledger``: what the history says, each answer Markdown and bounded.

    Where there is nothing to tell, an answer is empty or one plain sentence.
    """

    def digest(self, tokens: int = 1200) -> str:
        """Where the run stands, what helped, what did not, in at most ``tokens``."""
        ...

    def tried(self, limit: int = 20) -> str:
        """Recent experiments and how they went."""
        ...

    def in_flight(self) -> str:
        """What is being tried now."""
        ...

    def near_misses(self, limit: int = 5) -> str:
        """Discarded experiments that came close."""
        ...

    def crashes(self, limit: int = 5) -> str:
        """What runs crashed of, how often, and what the latest one printed."""
        ...

    def stack(self, limit: int = 8) -> str:
        """What the best commit holds: the changes that were kept."""
        ...

    def families(self, limit: int = 6) -> str:
        """Places that were changed again and again, and how that went."""
        ...

    def best(self, limit: int = 5) -> str:
        """The largest gains so far."""
        ...

    def lessons(self, limit: int = 10) -> str:
        """What earlier roles wrote down to be remembered."""
        ...

    def notebook(self, tokens: int = 600) -> str:
        """The latest note of each role outside the chart, in at most ``tokens``."""
        ...


@dataclass(frozen=True, slots=True)
class BudgetBrief:
    """``budget``: what is left; None where nothing bounds it."""

    experiments: int | None = None
    hours: float | None = None
    text: str = "There is no limit."

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Decision:
    """One of ``decisions``: a label that the role can choose, and where it leads."""

    label: str
    target: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class BriefContext:
    """Everything that a body sees, by the names that it uses."""

    task: TaskBrief
    charter: CharterBrief
    role: RoleBrief
    experiment: ExperimentBrief
    ledger: LedgerDigest
    inbox: tuple[str, ...] = ()
    """What people told this role and it has not read yet."""
    budget: BudgetBrief = BudgetBrief()
    decisions: tuple[Decision, ...] = ()
    """Empty where the role's node has a single unlabelled arrow."""

    def variables(self) -> dict[str, object]:
        """The template's variables."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class _SampleLedger:
    """Answers of the right shape, for checking a body before anything has happened."""

    def digest(self, tokens: int = 1200) -> str:
        return "- 3 experiments so far, 1 kept."[: 4 * tokens]

    def tried(self, limit: int = 20) -> str:
        return "- e0001: a larger step size (discarded)" if limit else ""

    def in_flight(self) -> str:
        return "- e0004: a smaller context"

    def near_misses(self, limit: int = 5) -> str:
        return "- e0002: dropout 0.1, 0.3 sd short" if limit else ""

    def crashes(self, limit: int = 5) -> str:
        return "- e0003: out of memory in `train`" if limit else ""

    def stack(self, limit: int = 8) -> str:
        return "- e0001: a larger step size, +0.02" if limit else ""

    def families(self, limit: int = 6) -> str:
        return "- `train.py:LR`: 12 tried, 1 kept, last e0003" if limit else ""

    def best(self, limit: int = 5) -> str:
        return "- e0001: -0.02" if limit else ""

    def lessons(self, limit: int = 10) -> str:
        return "- Larger batches do not help." if limit else ""

    def notebook(self, tokens: int = 600) -> str:
        return "**librarian**: larger batches do not help."[: 4 * tokens]


def sample_context() -> BriefContext:
    """Made-up values for every name, so that a body can be tried out by ``orgloop check``."""
    return BriefContext(
        task=TaskBrief(
            name="sample",
            metric="loss",
            goal="minimize",
            run="python train.py --seed {seed}",
            editable=("train.py",),
            body="Train a small model.",
            limits=LimitsBrief(cpu=6.0, wall=60.0, memory=2**31),
            constraints=("peak_gb <= 40",),
        ),
        charter=CharterBrief(name="sample", body="Prose.", chart="flowchart LR\n    a --> bench"),
        role=RoleBrief(name="sample", description="Does something.", tools=("Read",)),
        experiment=ExperimentBrief(
            id="e0004",
            title="A smaller context",
            base="0" * 40,
            case="# e0004: a smaller context\n",
            diff="-CONTEXT = 16\n+CONTEXT = 12\n",
            notes=(NoteBrief(role="pi", text="Try a smaller context.", decision=None),),
        ),
        ledger=_SampleLedger(),
        inbox=("Try a smaller context.",),
        budget=BudgetBrief(experiments=20, hours=1.5, text="20 experiments and 1.5 hours left."),
        decisions=(Decision("approve", "bench"), Decision("reject", "discard")),
    )
