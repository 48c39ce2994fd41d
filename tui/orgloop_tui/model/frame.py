"""The frame: everything that is shown of a lab at one moment, frozen.

The screens, ``--once`` and ``--json`` are three ways of writing out the same frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orgloop.charter import Budget, Flow
from orgloop.ledger import IncumbentRow, RunRow, RunStatus
from orgloop.ledger.plain import one_line
from orgloop.org import Org
from orgloop_tui.model.feed import FeedLine
from orgloop_tui.model.line import Line
from orgloop_tui.model.pace import Pace, budget_with, seconds_left, share, utilisation

GOING = ("running", "paused", "stopping")
"""States of a run that a process should be working on."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a slot of the bench measures now."""

    slot: int | None
    experiment: str
    kind: str
    started: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The organization that the next experiment begins under."""

    name: str
    flow: Flow
    budget: Budget = field(default_factory=Budget)
    cadence: tuple[tuple[str, str], ...] = ()
    """Roles outside the flow, each with how often it is called."""
    generation: int | None = None
    """None where the lab's own files are shown, since no run has made a generation."""

    @classmethod
    def of(cls, org: Org, generation: int | None = None) -> Chart:
        """The chart of an organization."""
        outside = tuple((name, str(role.org.every)) for name, role in org.cadence().items())
        charter = org.charter
        return cls(charter.name, charter.flow, charter.budget, outside, generation)


@dataclass(frozen=True, slots=True)
class Frame:
    """A lab at one moment. Times are Unix seconds, values the task's metric."""

    lab: str
    """The lab's directory, as a person would write it."""
    at: float
    chart: Chart | None = None
    status: RunStatus | None = None
    """None before the first run."""
    runs: tuple[RunRow, ...] = ()
    """Every run of the lab, oldest first."""
    finished: tuple[Line, ...] = ()
    """In the order in which they finished."""
    running: tuple[Line, ...] = ()
    """In the order in which they began."""
    incumbents: tuple[IncumbentRow, ...] = ()
    """The baseline first."""
    jobs: tuple[Job, ...] = ()
    outside: frozenset[str] = frozenset()
    """Roles on a cadence that are at work now."""
    feed: tuple[FeedLine, ...] = ()
    """What happened lately, oldest first."""
    pace: Pace = field(default_factory=Pace)
    alive: bool | None = None
    """Whether a process runs the lab; None where that cannot be told."""
    trouble: str = ""
    """Why this is not up to date; empty where it is."""

    @property
    def run(self) -> RunRow | None:
        """The run that is shown."""
        return self.status.run if self.status is not None else None

    @property
    def budget(self) -> Budget:
        """What the run may use; bounded by nothing where that is not known."""
        charter = self.chart.budget if self.chart is not None else Budget()
        return budget_with(charter, self.run.options) if self.run is not None else charter

    @property
    def slots(self) -> int:
        """Places on the bench."""
        if self.run is None:
            return 1
        for given in (self.run.options.get("slots"), self.run.task.get("slots")):
            if isinstance(given, int) and given > 0:
                return given
        return 1

    @property
    def share(self) -> float | None:
        """How much of the budget is used, 0 to 1; None without one."""
        return share(self.status.counts, self.budget) if self.status is not None else None

    @property
    def seconds_left(self) -> float | None:
        """Until the budget is used up, at the pace so far; None where unknown or over."""
        if self.status is None or self.state not in GOING:
            return None
        return seconds_left(self.status.counts, self.budget)

    @property
    def utilisation(self) -> float | None:
        """Share of the slots' time in which they measured, over the run."""
        if self.status is None:
            return None
        # What is being measured now would count against the clock's last few seconds.
        return utilisation(self.status.counts, self.status.bench_busy_s, self.slots)

    @property
    def state(self) -> str:
        """``none``, ``baseline``, ``running``, ``paused``, ``stopping``, ``stopped``,
        ``finished`` or ``interrupted`` (its process is gone)."""
        if self.status is None:
            return "none"
        state = self.status.run.state
        if state in GOING and self.alive is False:
            return "interrupted"
        if state == "running" and self.status.baseline is None:
            return "baseline"
        return state

    @property
    def unreadable(self) -> bool:
        """Whether nothing is known of the runs, for the reason that ``trouble`` gives."""
        return self.status is None and bool(self.trouble)

    @property
    def minimize(self) -> bool:
        """Whether a lower value is better."""
        return self.run is None or self.run.task.get("goal") != "maximize"

    @property
    def metric(self) -> str:
        """The name of what is measured."""
        return one_line(str(self.run.task.get("metric", "value")), 40) if self.run else "value"
