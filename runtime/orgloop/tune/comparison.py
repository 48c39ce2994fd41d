"""What a tournament says: who made how much progress, at which cost, and whether that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from orgloop.tune.contender import BASELINE
from orgloop.tune.result import TrialResult
from orgloop.tune.statistics import Duel, Interval, Strata, corrected, duel, interval, ratio

SHARES = (0.25, 0.5, 1.0)
"""Of the budget, at which the anytime table looks."""

Results = Mapping[str, Mapping[str, Sequence[TrialResult]]]
"""Results by organization, then task; each as many, in the order of their seeds."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TaskLine(_Part):
    """One task of the tournament."""

    task: str
    metric: str
    goal: str
    simulated: bool
    verified_by: str
    unit: float
    """What progress on it is divided by: that of Optuna alone, or 1."""


class Anytime(_Part):
    """How far an organization was at a share of its budget."""

    share: float
    experiments: int
    gain: Interval


class TaskProgress(_Part):
    """An organization on one task, in the task's own metric."""

    task: str
    progress: Interval
    gain: Interval


class Standing(_Part):
    """One organization over all tasks, in the comparison's unit."""

    org: str
    digest: str
    progress: Interval
    """Mean verified gain over the experiments of the budget."""
    gain: Interval
    """At the end of the budget."""
    per_bench_hour: Interval | None
    """Progress for each hour that the bench was busy."""
    per_usd: Interval | None
    """Progress for each dollar; None where nothing was paid, or not all of it is known."""
    kept: float
    """Keeps of a run, in the mean."""
    crashed: float
    bench_s: float
    """Seconds on the bench of a run, in the mean."""
    tokens: float
    usd: float
    anytime: tuple[Anytime, ...]
    tasks: tuple[TaskProgress, ...]


class Comparison(_Part):
    """The whole, as `compare --json` prints it."""

    baseline: str
    """The organization that every other is held against."""
    unit: str
    """``metric`` for a task's own, ``optuna`` where progress is in units of Optuna's alone."""
    runs: int
    experiments: int
    seed: int
    trials: int
    tasks: tuple[TaskLine, ...]
    standings: tuple[Standing, ...]
    """The one with the most progress first."""
    reference: Standing | None
    """Optuna alone, where it had to be run for the unit and nobody asked for it."""
    duels: tuple[Duel, ...]
    winner: str | None
    """The organization that is shown to be ahead of every other; None where none is."""


def compare(
    results: Results,
    digests: Mapping[str, str],
    *,
    units: Mapping[str, float] | None,
    reference: str | None,
    seed: int,
) -> Comparison:
    """The comparison of what was tried.

    ``units`` are what progress on each task is divided by, ``reference`` names the organization
    that is not in the contest.
    """
    sample = next(iter(results.values()))
    by_task = units if units is not None else dict.fromkeys(sample, 1.0)
    standings = {
        org: _standing(org, digests[org], trials, by_task) for org, trials in results.items()
    }
    contest = [org for org in results if org != reference]
    ranked = sorted(contest, key=lambda org: -standings[org].progress.mean)
    base = BASELINE if BASELINE in contest else contest[-1]
    duels = corrected(_duels(results, by_task, ranked, base))
    return Comparison(
        baseline=base,
        unit="metric" if units is None else "optuna",
        runs=len(next(iter(sample.values()))),
        experiments=next(iter(sample.values()))[0].budget,
        seed=seed,
        trials=sum(len(runs) for trials in results.values() for runs in trials.values()),
        tasks=tuple(_task_line(runs[0], by_task[task]) for task, runs in sample.items()),
        standings=tuple(standings[org] for org in ranked),
        reference=None if reference is None else standings[reference],
        duels=tuple(duels),
        winner=_winner(ranked, duels),
    )


def scaled(
    by_task: Mapping[str, Sequence[TrialResult]],
    units: Mapping[str, float],
    what: Callable[[TrialResult], float],
) -> Strata:
    """A number of each trial in its task's unit, by task."""
    return [[what(one) / units[task] for one in runs] for task, runs in by_task.items()]


def _standing(
    org: str,
    digest: str,
    by_task: Mapping[str, Sequence[TrialResult]],
    units: Mapping[str, float],
) -> Standing:
    flat = [one for runs in by_task.values() for one in runs]
    plain = dict.fromkeys(by_task, 1.0)
    progress = scaled(by_task, units, lambda one: one.progress)
    hours = scaled(by_task, plain, lambda one: one.bench_busy_s / 3600)
    dollars = scaled(by_task, plain, lambda one: one.cost_usd)
    priced = all(one.unpriced_tokens == 0 for one in flat)
    return Standing(
        org=org,
        digest=digest,
        progress=interval(progress),
        gain=interval(scaled(by_task, units, lambda one: one.gain)),
        per_bench_hour=ratio(progress, hours),
        per_usd=ratio(progress, dollars) if priced else None,
        kept=fmean(one.kept for one in flat),
        crashed=fmean(one.crashed for one in flat),
        bench_s=fmean(one.bench_busy_s for one in flat),
        tokens=fmean(one.tokens for one in flat),
        usd=fmean(one.cost_usd for one in flat),
        anytime=tuple(_anytime(share, by_task, units) for share in SHARES),
        tasks=tuple(
            TaskProgress(
                task=task,
                progress=interval([[one.progress for one in runs]]),
                gain=interval([[one.gain for one in runs]]),
            )
            for task, runs in by_task.items()
        ),
    )


def _anytime(
    share: float, by_task: Mapping[str, Sequence[TrialResult]], units: Mapping[str, float]
) -> Anytime:
    first = next(iter(by_task.values()))[0]
    return Anytime(
        share=share,
        experiments=first.at(share).experiments,
        gain=interval(scaled(by_task, units, lambda one: one.at(share).gain)),
    )


def _task_line(one: TrialResult, unit: float) -> TaskLine:
    return TaskLine(
        task=one.task,
        metric=one.metric,
        goal=one.goal,
        simulated=one.simulated,
        verified_by=one.verified_by,
        unit=unit,
    )


def _duels(
    results: Results, units: Mapping[str, float], ranked: Sequence[str], base: str
) -> list[Duel]:
    """Every organization against the baseline, and the first against the others."""
    pairs = [(org, base) for org in ranked if org != base]
    pairs += [(ranked[0], org) for org in ranked[1:] if base not in (ranked[0], org)]
    strata = {org: scaled(results[org], units, lambda one: one.progress) for org in ranked}
    return [duel(org, rival, strata[org], strata[rival]) for org, rival in pairs]


def _winner(ranked: Sequence[str], duels: Sequence[Duel]) -> str | None:
    first = ranked[0]
    beaten = {one.rival for one in duels if one.org == first and one.significant}
    beaten |= {one.org for one in duels if one.rival == first and one.significant}
    return first if beaten >= set(ranked[1:]) and len(ranked) > 1 else None
