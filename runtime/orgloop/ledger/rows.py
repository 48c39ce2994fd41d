"""The ledger's rows as values. Times are Unix seconds, costs dollars, values the task's metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Json = object
"""What ``json.loads`` returns; narrowed where it is read."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One baseline, one branch, one budget."""

    id: str
    """``r1``, ``r2``, ... within the lab; also the branch's last part."""
    created: float
    branch: str
    baseline_commit: str
    task: Mapping[str, Json]
    """The task's frontmatter and body as the run began: changing it needs a new run."""
    options: Mapping[str, Json]
    """What the command line said over what the files say."""
    seed: int
    state: str
    """``running``, ``paused``, ``stopping``, ``stopped`` or ``finished``."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """One version of ``org/`` and ``roles/``."""

    run: str
    number: int
    tree: str
    commit: str
    created: float
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One hypothesis on its walk."""

    run: str
    id: str
    """``e0001``, ... within the run."""
    generation: int
    base: str
    """The incumbent it was proposed on (later: that it was rebased onto)."""
    created: float
    status: str
    """``running``, ``keep``, ``discard`` or ``crash``."""
    commit: str | None = None
    title: str = ""
    reason: str = ""
    value: float | None = None
    stderr: float | None = None
    gain: float | None = None
    finished: float | None = None
    overruled: bool = False
    tokens: int = 0
    cost_usd: float = 0.0
    params: Mapping[str, Json] = field(default_factory=dict)
    fingerprint: str | None = None
    """Hash of the normalised diff: equal means the same change."""
    effect: float | None = None
    """Its first measured gain over the incumbent, before anything selected on it."""
    verdict: Mapping[str, Json] = field(default_factory=dict)
    """The referee's last ruling: ``call``, ``p_better``, ``gain_stderr``, ``why`` and the like."""
    lesson: str = ""
    """The first line of the last note, set when it finished."""
    ordinal: int | None = None
    """Its place in the order in which the run's experiments finished, from 1."""
    conceded: float | None = None
    """Kept for having less code: what that may cost, at most, in the metric's units."""
    unpriced_tokens: int = 0
    """Those of ``tokens`` whose cost nobody knows: ``cost_usd`` is without them."""

    @property
    def gain_stderr(self) -> float | None:
        """Standard error of ``gain``; None where noise is not known, or was not considered."""
        found = self.verdict.get("gain_stderr")
        return found if isinstance(found, float) else None

    @property
    def number(self) -> int:
        """The id as a number: 7 for ``e0007``."""
        return int(self.id[1:])


@dataclass(frozen=True, slots=True)
class LineRow:
    """An experiment as a line of a list."""

    id: str
    status: str
    title: str
    reason: str
    value: float | None
    stderr: float | None
    gain: float | None
    lesson: str
    generation: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One visit of one node, with its result: what a resumed walk returns again."""

    run: str
    experiment: str
    node: str
    visit: int
    """Counted from 1."""
    started: float
    finished: float | None
    decision: str | None = None
    note: str = ""
    engine: str = ""
    commit: str | None = None
    """The walk's commit after this step."""
    data: Mapping[str, Json] = field(default_factory=dict)
    input_tokens: int = 0
    """The sums of its calls, which are counted as they are recorded."""
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    error: str = ""
    unpriced_tokens: int = 0
    """Tokens whose cost nobody knows: ``cost_usd`` is without them."""

    @property
    def tokens(self) -> int:
        """Everything that went through a model."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class CallRow:
    """One answer that was paid for, of use or not; a panel's visit has one for each seat."""

    run: str
    experiment: str
    node: str
    visit: int
    seat: int
    at: float
    """When it was asked."""
    wall_s: float
    engine: str
    model: str
    """What answered, by which it is priced; the engine's label where nothing else is known."""
    input_tokens: int
    """Cached ones included."""
    cached_tokens: int
    cache_write_tokens: int
    output_tokens: int
    cost_usd: float | None
    """None where nobody knows."""
    reported: bool = False
    """The cost is what the client or the server said, and not from the price table."""
    error: str = ""
    """What made the answer useless, where it was."""

    @property
    def tokens(self) -> int:
        """Everything that went through the model."""
        return self.input_tokens + self.output_tokens

    @property
    def unpriced_tokens(self) -> int:
        """Its tokens where their cost is not known, else 0."""
        return self.tokens if self.cost_usd is None else 0


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One run of one commit on one seed, by the bench."""

    run: str
    id: str
    """The job's id: ``r1-e0007-m2``."""
    experiment: str
    """``baseline`` for the baseline's own."""
    commit: str
    seed: int
    """Which of the run's seeds, counted from 0; never shown to a role."""
    kind: str
    """``search``, ``promotion`` or ``audit``."""
    status: str
    """``running``, ``ok`` or ``crash``."""
    started: float
    finished: float | None = None
    value: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    crash: Mapping[str, str] | None = None
    """``kind``, ``step``, ``message``, ``tail``."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    slot: int | None = None
    log: str | None = None


@dataclass(frozen=True, slots=True)
class IncumbentRow:
    """The head of the run's branch, each time that something was kept."""

    run: str
    number: int
    commit: str
    experiment: str
    at: float
    value: float
    stderr: float | None
    withdrawn: bool = False
    """A person has vetoed it: the one before reigns again."""


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """Finished experiments that touched the same places, or crashed of the same cause."""

    name: str
    tried: int
    kept: int
    crashed: int
    failed: int
    """Discards and crashes."""
    best: float | None
    """The largest gain that was measured; None where there was none."""
    best_experiment: str | None
    last_experiment: str


@dataclass(frozen=True, slots=True)
class CountsRow:
    """A run's totals, kept as it goes: reading them costs the same however long the history."""

    started: int = 0
    finished: int = 0
    kept: int = 0
    discarded: int = 0
    crashed: int = 0
    overruled: int = 0
    """Keeps, among ``kept``, that a person made against the referee."""
    streak: int = 0
    """Experiments finished since the last keep."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    bench_busy_s: float = 0.0
    """Seconds on the clock in which a slot was measuring, summed over slots."""
    measurements: int = 0
    """Finished ones, the baseline's included."""
    highest_seed: int = -1
    """The largest seed number in use; -1 before the first measurement."""
    noise_squares: float = 0.0
    """Sum of squares within commits that were measured more than once, audits left out."""
    noise_freedom: int = 0
    active_s: float = 0.0
    """Seconds on the clock in which the run was going, over all its sessions."""
    simplified: int = 0
    """Keeps, among ``kept``, of what is as good and has less code."""
    conceded: float = 0.0
    """What those may have cost together, at most, in the metric's units."""
    unpriced_tokens: int = 0
    """Those of ``tokens`` whose cost nobody knows: ``cost_usd`` is without them."""

    @property
    def running(self) -> int:
        """Experiments in flight."""
        return self.started - self.finished

    @property
    def tokens(self) -> int:
        """Everything that went through a model."""
        return self.input_tokens + self.output_tokens

    @property
    def noise_sd(self) -> float | None:
        """Pooled standard deviation of one measurement; None before it is known."""
        return (self.noise_squares / self.noise_freedom) ** 0.5 if self.noise_freedom else None


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An experiment as a point of the search space."""

    experiment: str
    params: Mapping[str, Json]
    value: float | None
    """Mean of its measurements; None while it runs and where it crashed."""
    status: str
    reason: str = ""
    replaced: Mapping[str, Json] = field(default_factory=dict)
    """The values that its own change replaced, by key; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What an embedded engine may use of a run: bounded, however long the history."""

    trials: tuple[TrialRow, ...]
    incumbent_value: float | None
    baseline_value: float | None
    noise_sd: float | None
    finished: int
    streak: int


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Something in the lab's files that does not check, while it lasts."""

    path: str
    message: str
    line: int | None = None
    key: str | None = None
    hint: str = ""
    severity: str = "error"
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit of a run: what it set out to measure, and what it found."""

    run: str
    number: int
    """Counted from 1 within the run."""
    created: float
    best: str
    """The commit that it is an audit of: the incumbent as it began."""
    plan: Mapping[str, Json]
    finished: float | None = None
    report: Mapping[str, Json] | None = None
    """None while it is not finished."""


@dataclass(frozen=True, slots=True)
class AuditVerdictRow:
    """What an audit says of one experiment; ``gain`` is positive for better."""

    audit: int
    experiment: str
    verdict: str
    """``survived``, ``unclear``, ``failed`` or ``gone`` of a keep, ``better`` or ``no better`` of
    a near miss."""
    gain: float | None
    low: float | None
    high: float | None
    """Ends of the 95% interval."""
    why: str
