"""An open lab: its files read, its repository, ledger and bench at hand, and the run to work on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.bench import Bench, Executor, ExecutorFactory, Slots, executor_for
from orgloop.bench.elsewhere.attempt import left_with_others
from orgloop.bench.serving import sweep_desks
from orgloop.charter import Budget
from orgloop.engines.protocol import Engine
from orgloop.engines.resolve import engine_for, model_problems, resolve
from orgloop.errors import UserError
from orgloop.graph.branch import RunBranch
from orgloop.graph.budget import RunBudget, Used
from orgloop.graph.charge import tokens_of
from orgloop.graph.context import WalkContext
from orgloop.graph.lineage import Lineage
from orgloop.graph.measure import seed_of
from orgloop.graph.offload import Offload
from orgloop.graph.outages import Outages
from orgloop.graph.promotions import Promotions
from orgloop.graph.simplicity import Simplicity
from orgloop.graph.suspend import StopSignal
from orgloop.graph.till import Till
from orgloop.graph.traffic import Traffic
from orgloop.lab.begin import begin_or_resume, options_for
from orgloop.lab.lock import LabLock
from orgloop.lab.options import RunOptions
from orgloop.ledger import Digest, Ledger, RunRow
from orgloop.org import Lab, load_lab
from orgloop.prices import Prices
from orgloop.prices.own import own_prices_path
from orgloop.problems import Problems
from orgloop.referee import referee_for
from orgloop.repo import LabRepo, WorktreePool
from orgloop.repo.frozen import freeze
from orgloop.role import Role


@dataclass(frozen=True)
class Session:
    """What :func:`open_session` opened; :meth:`close` lets go of it again."""

    lab: Lab
    run: RunRow
    options: RunOptions
    resumed: bool
    context: WalkContext
    executor: Executor
    lock: LabLock

    async def close(self) -> None:
        """Close everything; jobs on the bench go on and are found by the next session."""
        await self.executor.close()
        self.context.offload.close()
        self.context.ledger.close()
        self.context.repo.close()
        self.lock.release()


def open_session(
    root: Path,
    options: RunOptions,
    *,
    new: bool,
    executor: ExecutorFactory | None = None,
    inline: bool = False,
) -> Session:
    """Open the lab at ``root`` for running it, on the bench that ``executor`` makes.

    Left out, it is the one that the options name, or the task.

    ``inline`` is for one that takes no time: see :class:`~orgloop.graph.offload.Inline`.

    Raises :class:`~orgloop.problems.ProblemsFound` where its files do not check, and whatever else
    of :mod:`orgloop.errors` stands in the way; nothing is left open then.
    """
    options = options_for(root, options, new=new)
    lab, problems = load_lab(root, org=options.org)
    problems.raise_errors()
    if lab is None:
        raise UserError(f"{root} could not be read as a lab.", hint="`orgloop check` says why.")
    charter = lab.org.charter
    missing = model_problems(
        lab.org.employed().values(), charter.model or "", override=options.model
    )
    Problems(missing).raise_errors()
    factory = executor or executor_for(lab.task, options.executor)
    prices = Prices.load()
    require_prices(lab, options, prices)
    repo = LabRepo.open(lab.root)
    lock = LabLock(repo.home)
    try:
        lock.sign()
        return _open(lab, repo, lock, options, prices, factory, new=new, inline=inline)
    except BaseException:
        lock.release()
        raise


def _open(
    lab: Lab,
    repo: LabRepo,
    lock: LabLock,
    options: RunOptions,
    prices: Prices,
    factory: ExecutorFactory,
    *,
    new: bool,
    inline: bool,
) -> Session:
    ledger = Ledger.open(repo.home / "lab.db")
    # Before the options are kept with the run: it may be refused on the executor that they name.
    pool, executor = take_over(repo, ledger, factory)
    run = begin_or_resume(lab, repo, ledger, options, new=new)
    task = lab.task
    if options.slots is not None:
        task = task.model_copy(update={"slots": options.slots})
    lab = Lab(lab.root, task, lab.org)
    frozen = freeze(repo, run.baseline_commit)
    ledger.calls.reprice(run.id, lambda call: prices.cost(call.model, tokens_of(call)))
    stop, offload = StopSignal(), Offload(inline=inline)
    budget = RunBudget(budget_of(lab, options), lambda: used(ledger, run.id))
    context = WalkContext(
        run=run.id,
        run_seed=run.seed,
        task=task,
        budget=budget,
        ledger=ledger,
        digest=Digest(ledger, run.id, task.goal, task.metric),
        repo=repo,
        pool=pool,
        bench=Bench(task, executor, home=repo.home, frozen=frozen, run_seed=run.seed),
        executor=executor,
        slots=Slots(task, elsewhere=executor.elsewhere),
        lineage=Lineage(ledger, run.id, lambda row: seed_of(row, run.seed)),
        referee=referee_for(lab.org.charter.accept),
        simplicity=Simplicity(repo) if lab.org.charter.ties == "simpler" else None,
        engine_for=engines(options),
        promotions=Promotions(),
        branch=RunBranch(ledger, repo, run.id, run.baseline_commit),
        traffic=Traffic(),
        stop=stop,
        outages=Outages(stop),
        till=Till(budget, stop, offload),
        prices=prices,
        offload=offload,
    )
    resumed = ledger.generations.latest(run.id) is not None
    return Session(lab, run, options, resumed, context, executor, lock)


def take_over(
    repo: LabRepo, ledger: Ledger, factory: ExecutorFactory
) -> tuple[WorktreePool, Executor]:
    """The worktrees and the executor, with what an earlier lab left going in its place."""
    pool = WorktreePool(repo)
    executor = factory(repo.home / "jobs")
    unfinished = executor.unfinished()
    for job in unfinished:
        if job.worktree is not None:
            pool.reserve(job.worktree)
    require_nothing_elsewhere(repo.home / "jobs", {job.id for job in unfinished})
    pool.prune()
    clear_leftovers(repo.home, {job.id for job in unfinished}, ledger, executor)
    return pool, executor


def require_nothing_elsewhere(jobs: Path, known: set[str]) -> None:
    """Raise :class:`~orgloop.errors.UserError` where another executor may still be at work.

    What it runs writes to the worktrees that this one would use.
    """
    left = left_with_others(jobs, known)
    if left:
        job, note = left[0]
        raise UserError(
            f"{len(left)} of this lab's jobs are still with {note.queue}, {job} among them.",
            hint=f"Go on with `orgloop run --executor {note.executor}`, or end them there: Ctrl-C "
            "twice, or `orgloop stop --now`.",
        )


def clear_leftovers(home: Path, going: set[str], ledger: Ledger, executor: Executor) -> None:
    """Remove what jobs left behind that an earlier lab had on record, but no time to clear."""
    for folder in [path for path in (home / "jobs").glob("*/") if path.name not in going]:
        row = ledger.measurements.get(folder.name)
        if row is None or row.status != "running":
            executor.forget(folder.name)
    for folder in [path for path in (home / "scratch").glob("*/") if path.name not in going]:
        shutil.rmtree(folder, ignore_errors=True)
    sweep_desks(home, going)


def budget_of(lab: Lab, options: RunOptions) -> Budget:
    """The charter's budget, with what the command line says over it."""
    given = options.model_dump(include={"experiments", "hours", "tokens", "usd"}, exclude_none=True)
    return lab.org.charter.budget.model_copy(update=given)


def used(ledger: Ledger, run: str) -> Used:
    """What the run has used, from the ledger's running totals."""
    counts = ledger.runs.counts(run)
    return Used(
        experiments=counts.started,
        hours=counts.active_s / 3600,
        tokens=counts.input_tokens + counts.output_tokens,
        usd=counts.cost_usd,
        unpriced=tuple(ledger.calls.unpriced_models(run)) if counts.unpriced_tokens else (),
    )


def require_prices(lab: Lab, options: RunOptions, prices: Prices) -> None:
    """Raise :class:`~orgloop.errors.UserError` where a budget of dollars could not be kept.

    What a coding agent or a plug-in costs is known when it has said so, and not before.
    """
    if budget_of(lab, options).usd is None:
        return
    charter_model = lab.org.charter.model or ""
    for role in lab.org.employed().values():
        resolution = resolve(role, charter_model, override=options.model)
        if resolution.engine_key != "chat":
            continue
        names = [name.strip() for name in resolution.model.split(",")]
        if unknown := [name for name in names if not prices.known(name)]:
            raise UserError(
                f"What `{unknown[0]}` costs is not known, so a budget of dollars could not "
                "be kept.",
                hint=f"Put its price in {own_prices_path(os.environ)} (`orgloop doctor` shows "
                "how), or bound the run by tokens.",
            )


def engines(options: RunOptions) -> Callable[[Role, str | None], Engine]:
    """Makes each role's engine once: engines are shared by all walks."""
    made: dict[tuple[str, str], Engine] = {}

    def find(role: Role, charter_model: str | None) -> Engine:
        resolution = resolve(role, charter_model or "", override=options.model)
        key = (resolution.model, role.org.embedded or "")
        if key not in made:
            made[key] = engine_for(resolution, role)
        return made[key]

    return find
