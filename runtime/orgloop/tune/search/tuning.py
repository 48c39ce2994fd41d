"""Tuning an organization from beginning to end: the search, then the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orgloop.tune.contender import Contender
from orgloop.tune.pool import Pool
from orgloop.tune.search.budget import SearchBudget
from orgloop.tune.search.field import Field
from orgloop.tune.search.halving import Terms
from orgloop.tune.search.held_out import Verdict, held_out
from orgloop.tune.search.proposer import EmbeddedProposer, Proposer
from orgloop.tune.search.report import HeldOut, Tuning
from orgloop.tune.search.search import PATIENCE, Search
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
    own: TrialTask | None = None
    """The lab's own task, for the confirmation by real runs."""
    experiments: int = EXPERIMENTS
    seed: int = 0
    runs: int = 10
    """Of each organization on each held-out task."""
    confirm: int = 0
    """Real runs of each organization on the lab's own task."""
    terms: Terms = field(default_factory=Terms)
    patience: int = PATIENCE
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how it goes."""

    on_round: Callable[[int, Sequence[str]], None] = lambda _number, _keys: None
    on_done: Callable[[Standings], None] = lambda _: None
    on_verdict: Callable[[Verdict], None] = lambda _: None


def tune(
    plan: Plan,
    folder: Path,
    budget: SearchBudget,
    *,
    proposer: Proposer | None = None,
    watch: Watch | None = None,
) -> tuple[Tuning, Contender] | None:
    """The report and the tuned organization; None where somebody stopped it.

    ``folder`` remembers the trials: the same call goes on with them. The budget bounds the search;
    the verdict comes on top of it. Raises what :mod:`orgloop.errors` names.
    """
    watch = watch or Watch()
    for task in (*plan.tasks, *plan.held_out):
        yardstick(task, plan.experiments, folder)  # or its error, before anything is tried
    with Pool(plan.jobs) as pool:
        ground = Field(plan.tasks, plan.experiments, plan.seed, folder, pool, budget, watch.on_done)
        search = Search(
            plan.start,
            ground,
            plan.terms,
            proposer or EmbeddedProposer(),
            patience=plan.patience,
            on_round=watch.on_round,
        )
        if not search.run():
            return None
        verdicts: list[HeldOut | None] = []
        for tasks, runs in (
            (plan.held_out, plan.runs),
            ((plan.own,) if plan.own is not None else (), plan.confirm),
        ):
            if not tasks or not runs:
                verdicts.append(None)
                continue
            verdict = Verdict(plan.start, search.tuned, tasks, runs, plan.experiments, plan.seed)
            watch.on_verdict(verdict)
            found = held_out(verdict, folder, pool, watch.on_done)
            if found is None:
                return None
            verdicts.append(found)
    return _tuning(plan, search, *verdicts), search.tuned


def _tuning(
    plan: Plan, search: Search, on_held_out: HeldOut | None, confirmed: HeldOut | None
) -> Tuning:
    return Tuning(
        org=plan.start.name,
        start=plan.start.digest,
        tuned=search.tuned.digest,
        seed=plan.seed,
        experiments=plan.experiments,
        tasks=tuple(task.name for task in plan.tasks),
        trials=search.ground.budget.spent,
        rounds=search.rounds,
        ended=search.ended,
        attempts=tuple(search.attempts),
        held_out=on_held_out,
        confirmed=confirmed,
    )
