"""Tuning an organization from beginning to end: the lab's run, then the verdict on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.lab.session import Session
from orgloop.lab.summary import RunSummary
from orgloop.tune.contender import Contender
from orgloop.tune.outer.amendments import attempts_of, organization_at
from orgloop.tune.outer.budget import TuneBudget
from orgloop.tune.outer.held_out import Verdict, held_out
from orgloop.tune.outer.report import HeldOut, Tuning
from orgloop.tune.outer.write import Outer, outer_lab
from orgloop.tune.pool import Pool
from orgloop.tune.tasks import TrialTask
from orgloop.tune.tournament import Standings
from orgloop.tune.yardstick import yardstick

EXPERIMENTS = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be tuned, on what, and what that may take."""

    start: Contender
    tasks: tuple[TrialTask, ...]
    """Simulated ones: the search is on them."""
    held_out: tuple[TrialTask, ...]
    budget: TuneBudget
    own: TrialTask | None = None
    """The lab's own task, for the confirmation by real runs."""
    experiments: int = EXPERIMENTS
    seed: int = 0
    runs: int = 10
    """Of each organization on each held-out task."""
    confirm: int = 0
    """Real runs of each organization on the lab's own task."""
    jobs: int | None = None
    """Runs at one time; as many as there are CPUs if left out."""
    model: str | None = None
    """What amends; the embedded meta-role if left out."""

    @property
    def outer(self) -> Outer:
        """The lab that it is done in."""
        slots = self.jobs or len(os.sched_getaffinity(0))
        return Outer(self.start, self.tasks, self.experiments, self.seed, slots)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how it goes."""

    on_lab: Callable[[Path], None] = lambda _: None
    """Told where the tuning lab lies."""
    on_open: Callable[[Session], None] = lambda _: None
    """Told of the tuning lab's session before anything runs."""
    on_run: Callable[[RunSummary], None] = lambda _: None
    """Told how its run ended."""
    on_done: Callable[[Standings], None] = lambda _: None
    """Told of each trial of a verdict."""
    on_verdict: Callable[[Verdict], None] = lambda _: None


def tune(
    plan: Plan, folder: Path, *, watch: Watch | None = None
) -> tuple[Tuning, Contender] | None:
    """The report and the tuned organization; None where somebody stopped it.

    ``folder`` holds the tuning labs, each by what it is of: the same call goes on with its own. The
    budget bounds that lab's run; the verdict comes on top of it. Raises what :mod:`orgloop.errors`
    names.
    """
    watch = watch or Watch()
    for task in plan.held_out:
        yardstick(task, plan.experiments, folder)  # or its error, before anything is tried
    lab = outer_lab(plan.outer, folder)
    watch.on_lab(lab)
    summary = run_lab(lab, _options(plan), on_open=watch.on_open)
    watch.on_run(summary)
    if summary.state != "finished":
        return None
    tuned = plan.start
    if summary.best_experiment is not None and summary.best_commit is not None:
        tuned = organization_at(lab, summary.best_commit, f"{plan.start.name}-tuned")
    verdicts: list[HeldOut | None] = []
    with Pool(plan.jobs) as pool:
        for tasks, runs in (
            (plan.held_out, plan.runs),
            ((plan.own,) if plan.own is not None else (), plan.confirm),
        ):
            if not tasks or not runs:
                verdicts.append(None)
                continue
            verdict = Verdict(plan.start, tuned, tasks, runs, plan.experiments, plan.seed)
            watch.on_verdict(verdict)
            found = held_out(verdict, folder, pool, watch.on_done)
            if found is None:
                return None
            verdicts.append(found)
    return _tuning(plan, lab, summary, tuned, *verdicts), tuned


def _options(plan: Plan) -> RunOptions:
    return RunOptions(
        experiments=plan.budget.amendments,
        hours=plan.budget.hours,
        seed=plan.seed,
        model=plan.model,
        slots=plan.outer.slots,
    )


def _tuning(
    plan: Plan,
    lab: Path,
    summary: RunSummary,
    tuned: Contender,
    on_held_out: HeldOut | None,
    confirmed: HeldOut | None,
) -> Tuning:
    return Tuning(
        org=plan.start.name,
        start=plan.start.digest,
        tuned=tuned.digest,
        lab=str(lab),
        seed=plan.seed,
        experiments=plan.experiments,
        tasks=tuple(task.name for task in plan.tasks),
        run=summary,
        attempts=attempts_of(lab, summary.run),
        held_out=on_held_out,
        confirmed=confirmed,
    )
