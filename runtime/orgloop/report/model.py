"""The numbers of a report: what `orgloop report --json` prints."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from orgloop.lab.summary import RunSummary
from orgloop.ledger.attribution import Attribution
from orgloop.ledger.org_record import OrgRecord
from orgloop.report.generations import GenerationChange


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Costs(_Part):
    """Tokens and dollars; ``cost_usd`` is None where nobody knows the price of any of them."""

    input_tokens: int
    """Cached ones included."""
    cached_tokens: int
    output_tokens: int
    cost_usd: float | None
    """At least this much where ``unpriced_tokens`` is not 0."""
    unpriced_tokens: int

    @property
    def tokens(self) -> int:
        """Everything that went through a model."""
        return self.input_tokens + self.output_tokens


class Progress(_Part):
    """Improvement over the baseline for one unit of what it took; positive is better."""

    unit: str
    """``experiment``, ``bench-hour``, ``hour``, ``dollar`` or ``million tokens``."""
    used: float
    """How many of those units the run has used."""
    gain: float
    low: float | None
    """Ends of the 95% interval; None where noise is not known."""
    high: float | None


class RoleLine(_Part):
    """One role's work."""

    role: str
    engines: list[str]
    visits: int
    failures: int
    mean_s: float
    longest_s: float
    costs: Costs


class GroupLine(_Part):
    """Experiments that have an outcome, a generation or an end in common."""

    name: str
    experiments: int
    kept: int
    costs: Costs


class SlotLine(_Part):
    """One place on the bench."""

    slot: int
    measurements: int
    busy_s: float
    share: float
    """Of the time in which the run was going, 0 to 1."""


class CallLine(_Part):
    """One answer that was paid for."""

    experiment: str
    role: str
    visit: int
    model: str
    tokens: int
    cost_usd: float | None
    wall_s: float
    error: str


class ExperimentLine(_Part):
    """One experiment that was paid for."""

    id: str
    title: str
    tokens: int
    cost_usd: float


class RunReport(_Part):
    """A run, by what it was spent on. Times are seconds, values the task's metric."""

    summary: RunSummary
    costs: Costs
    unpriced_models: list[str]
    """Models whose price nobody knows."""
    progress: list[Progress]
    """Empty before the baseline is measured."""
    roles: list[RoleLine]
    """The slowest first."""
    outcomes: list[GroupLine]
    generations: list[GroupLine]
    organization: OrgRecord
    """How it has been doing, and its decisions in hindsight."""
    attribution: Attribution
    """Whom progress came from."""
    changes: list[GenerationChange]
    """What each generation changed, and how it compares with the one before."""
    outside_the_flow: Costs
    """Of roles on a cadence, which belong to no experiment."""
    ends: list[GroupLine]
    """Where experiments that were not kept came to last, the most frequent first."""
    slots: list[SlotLine]
    dearest_calls: list[CallLine]
    dearest_experiments: list[ExperimentLine]
