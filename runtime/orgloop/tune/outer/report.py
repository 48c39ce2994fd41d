"""What a tuning came to: every amendment that was tried, and the held-out result."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from orgloop.lab.summary import RunSummary
from orgloop.tune.comparison import Comparison
from orgloop.tune.statistics import Duel, Interval


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attempt(_Part):
    """One amendment that was tried: an experiment of the tuning lab."""

    id: str
    key: str
    """The embedded meta-role's name for it, such as ``drop:reviewer``; empty for others' ideas."""
    title: str
    status: str
    """``keep``, ``discard`` or ``crash``; one that may not be is a crash."""
    reason: str
    commit: str | None
    value: float | None
    """Progress on the tuning tasks, in units of Optuna's; of a keep, what was claimed then."""
    gain: float | None
    gain_stderr: float | None
    measurements: int
    """Each one run of the organization on every tuning task."""


class HeldOut(_Part):
    """The organization before and after, on tasks that nothing was tuned on."""

    comparison: Comparison
    start: str
    tuned: str
    """Their names in the comparison; the same where nothing was kept."""
    ratio: Interval
    """Progress after, for each unit of progress before; 1 where nothing was kept."""
    duel: Duel | None
    """The paired test of after against before; None where nothing was kept."""


class Tuning(_Part):
    """The whole, as `tune --json` prints it."""

    org: str
    start: str
    """Digest of the organization as it was."""
    tuned: str
    lab: str
    """The tuning lab's directory: `log`, `show`, `watch` and `audit` take it."""
    seed: int
    experiments: int
    """Budget of a run of the organization."""
    tasks: tuple[str, ...]
    run: RunSummary
    """Of the tuning lab: `baseline` and `best` are progress on the tuning tasks."""
    attempts: tuple[Attempt, ...]
    held_out: HeldOut | None
    confirmed: HeldOut | None = None
    """The same on the lab's own task, with real runs, where that was asked for."""

    @property
    def kept(self) -> tuple[Attempt, ...]:
        """The amendments that the tuned organization has, in order."""
        return tuple(one for one in self.attempts if one.status == "keep")

    @property
    def trials(self) -> int:
        """Simulated runs of an organization on a tuning task."""
        return self.run.measurements * len(self.tasks)
