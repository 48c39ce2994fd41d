"""One audit, from the plan to the report on record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.audit.compose import compose, needs
from orgloop.audit.cost import runs_each, seconds
from orgloop.audit.findings import report_of
from orgloop.audit.judge import SURVIVED, Judge
from orgloop.audit.measure import Block, Rounds
from orgloop.audit.page import write_page
from orgloop.audit.plan import BASELINE, BEST, SURVIVORS, Arm, LeftBehind, Plan, lay_out
from orgloop.audit.report import AuditReport
from orgloop.audit.stack import Stack, near_misses, stack_of
from orgloop.audit.station import AuditBench, open_bench
from orgloop.audit.stop import Stopper, interrupts
from orgloop.errors import OrgloopError, UserError
from orgloop.graph.suspend import Suspended
from orgloop.ledger import AuditRow, AuditVerdictRow, Ledger


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What a person asks of an audit."""

    run: str | None = None
    runs: int | None = None
    """Of each commit; worked out from the run's noise if left out."""
    near: int = 3
    """Near misses to try again, at most."""
    slots: int | None = None
    new: bool = False
    """Begin another, though there is one of this commit."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an audit will do, before it does anything."""

    run: str
    audit: int
    plan: Plan
    done: int
    """Runs of an earlier session that are not repeated."""
    seconds: float | None
    """About how long the rest takes; None where nothing was timed."""
    slots: int
    kept: int
    self_reported: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call of :func:`audit` ended."""

    outlook: Outlook | None
    """None where the audit had been finished before."""
    report: AuditReport | None
    """None where it was only asked what it would cost, or was stopped."""
    page: Path


def audit(
    root: Path,
    options: AuditOptions,
    *,
    only_plan: bool = False,
    on_plan: Callable[[Outlook], None],
    on_done: Callable[[int, int], None],
) -> Outcome:
    """Audit a run of the lab at ``root``, or go on with an audit that was cut off.

    ``on_plan`` is told what it will cost before anything is measured, ``on_done`` how many runs
    of how many are done. Raises what :mod:`orgloop.errors` names; what was measured by then is on
    record and is not measured again.
    """
    bench = open_bench(root, options.run, slots=options.slots)
    return asyncio.run(_audit(bench, options, only_plan, on_plan, on_done))


async def _audit(
    bench: AuditBench,
    options: AuditOptions,
    only_plan: bool,
    on_plan: Callable[[Outlook], None],
    on_done: Callable[[int, int], None],
) -> Outcome:
    station = bench.station
    page = station.repo.home / "cases" / bench.run.id / "audit.md"
    stopper = Stopper(bench)
    try:
        stack = _stack(bench)
        before = station.ledger.audits.all(bench.run.id)
        latest = before[-1] if before else None
        mine = latest is not None and latest.best == stack.best
        if mine and latest is not None and latest.report is not None and not options.new:
            report = AuditReport.model_validate(latest.report)
            write_page(page, report)
            return Outcome(None, report, page)
        row: AuditRow | None = None
        if mine and latest is not None and latest.finished is None and not options.new:
            row, plan = latest, Plan.model_validate(latest.plan)
            _same_size(options, plan, latest.number)
        else:
            plan = _plan(bench, stack, options, before)
        number = row.number if row else len(before) + 1
        outlook = _outlook(bench, plan, number, stack)
        on_plan(outlook)
        if only_plan:
            return Outcome(outlook, None, page)
        _hold(bench, plan, number)
        if row is None:
            plan_data = plan.model_dump(mode="json")
            row = station.ledger.audits.begin(bench.run.id, best=stack.best, plan=plan_data)
        with interrupts(stopper):
            polling = asyncio.create_task(stopper.poll())
            try:
                report = await _carry_out(bench, row, plan, stack, on_done)
            except Suspended:
                return Outcome(outlook, None, page)
            finally:
                polling.cancel()
        write_page(page, report)
        return Outcome(outlook, report, page)
    finally:
        await bench.close()


def _stack(bench: AuditBench) -> Stack:
    stack = stack_of(bench.station.ledger, bench.run.id)
    if stack is None:
        raise UserError(
            f"Run {bench.run.id} ended before its baseline was measured, so it claims nothing.",
            hint="`orgloop run` goes on with it.",
        )
    return stack


def _plan(bench: AuditBench, stack: Stack, options: AuditOptions, before: list[AuditRow]) -> Plan:
    station, run = bench.station, bench.run.id
    misses = near_misses(station.ledger, run) if options.near else []
    if not stack.kept and not misses:
        raise OrgloopError(
            f"Run {run} has kept nothing and nearly kept nothing, so it claims nothing.",
            hint="`orgloop run` with a larger budget goes on with it.",
        )
    plan = lay_out(
        station.repo,
        stack,
        misses,
        near=options.near,
        first_seed=max((Plan.model_validate(one.plan).next_seed for one in before), default=0),
        holdout=station.task.holdout,
    )
    counts = station.ledger.runs.counts(run)
    known = _has_repeats(station.ledger, run, [stack.baseline, stack.best])
    runs = options.runs or runs_each(
        noise_sd=counts.noise_sd if counts.noise_sd or known else None,
        claims=[one.claimed for one in stack.kept if one.claimed is not None],
        commits=len(plan.arms) + len(plan.heldout),
        spent=counts.measurements,
    )
    return plan.model_copy(update={"runs": runs})


def _has_repeats(ledger: Ledger, run: str, commits: Sequence[str]) -> bool:
    """Whether a commit was measured on two seeds: a second run on one seed tells of no noise."""
    return any(
        len({row.seed for row in ledger.measurements.of_commit(run, commit) if row.status == "ok"})
        > 1
        for commit in commits
    )


def _same_size(options: AuditOptions, plan: Plan, number: int) -> None:
    if options.runs is not None and options.runs != plan.runs:
        raise UserError(
            f"Audit {number} was begun with {plan.runs} runs of each commit and is not finished.",
            hint="Go on with it without --runs, or begin another with --new.",
        )


def _outlook(bench: AuditBench, plan: Plan, number: int, stack: Stack) -> Outlook:
    ledger, run = bench.station.ledger, bench.run.id
    mine = ledger.measurements.of(run, f"audit-{number}")
    done = sum(row.status != "running" for row in mine)
    timed = [
        row.wall_s
        for commit in (stack.baseline, stack.best)
        for row in ledger.measurements.of_commit(run, commit)
        if row.status == "ok"
    ]
    slots = len(bench.station.slots)
    return Outlook(
        run=run,
        audit=number,
        plan=plan,
        done=done,
        seconds=seconds(timed, max(0, plan.bench_runs - done), slots),
        slots=slots,
        kept=len(stack.kept),
        self_reported=bench.station.task.self_reported,
    )


def _hold(bench: AuditBench, plan: Plan, number: int) -> None:
    """Keep the arms' commits reachable: `git gc` would take those that no branch has."""
    for arm in (*plan.arms, *((plan.survivors,) if plan.survivors else ())):
        bench.station.repo.refs.set(
            f"refs/orgloop/{bench.run.id}/audit/{number}/{arm.name}", arm.commit, force=True
        )


async def _carry_out(
    bench: AuditBench,
    row: AuditRow,
    plan: Plan,
    stack: Stack,
    on_done: Callable[[int, int], None],
) -> AuditReport:
    station, ledger = bench.station, bench.station.ledger
    rounds = Rounds(
        station, row.number, runs=plan.runs, first_seed=plan.first_seed, on_done=on_done
    )
    blocks = [Block(plan.arms, station)]
    if bench.holdout is not None and plan.heldout:
        blocks.append(Block(plan.heldout, bench.holdout, holdout=True))
    bench.executor.tell_with(
        lambda text: station.offload.ledger(
            lambda: ledger.problems.notice(text, run=station.run, level="warning")
        )
    )
    await bench.executor.warm(len(station.slots))
    await rounds.measure(blocks)
    judge = Judge(station.task, {arm.name: rounds.of(arm, holdout=False) for arm in plan.arms})
    held = Judge(station.task, {arm.name: rounds.of(arm, holdout=True) for arm in plan.heldout})
    keeps = judge.keeps(plan, stack.kept)
    survivors = {one.experiment for one in keeps if one.verdict == SURVIVED}
    plan = await _put_together(bench, row, plan, stack, survivors)
    again: Judge | None = None
    if plan.survivors is not None and plan.survivors.name == SURVIVORS:
        pair = (plan.arm(BASELINE), plan.survivors)
        second = Rounds(
            station,
            row.number,
            runs=plan.runs,
            first_seed=plan.first_seed + plan.runs,
            on_done=on_done,
        )
        await second.measure([Block(pair, station)])
        again = Judge(station.task, {arm.name: second.of(arm, holdout=False) for arm in pair})
    counts = ledger.audits.all(bench.run.id)
    earlier = sum(
        one.finished is not None and one.best == row.best and one.number < row.number
        for one in counts
    )
    report = report_of(
        bench.run, row.number, plan, station.task, ledger, judge, held, again, keeps, earlier
    )
    ledger.audits.finish(
        bench.run.id,
        row.number,
        report=report.model_dump(mode="json"),
        verdicts=_verdicts(row.number, report),
        headline=report.headline,
        kept=len(keeps),
    )
    return report


async def _put_together(
    bench: AuditBench, row: AuditRow, plan: Plan, stack: Stack, survivors: set[str]
) -> Plan:
    """Settle what `apply` would bring: the best, or a commit of the survivors alone."""
    if plan.survivors is not None or plan.left_behind or not survivors:
        return plan
    repo = bench.station.repo
    chosen = [one for one in stack.kept if one.experiment in survivors]
    made = compose(repo, stack.baseline, chosen)
    behind = tuple(
        LeftBehind(
            experiment=one.kept.experiment,
            needs=needs(repo, stack.baseline, stack.kept, survivors, one.kept),
        )
        for one in made.blocked
    )
    arm: Arm | None = None
    if made.placed:
        same = repo.commits.read(made.head).tree == repo.commits.read(stack.best).tree
        arm = Arm(name=BEST, commit=stack.best) if same else Arm(name=SURVIVORS, commit=made.head)
    plan = plan.model_copy(update={"survivors": arm, "left_behind": behind})
    _hold(bench, plan, row.number)
    bench.station.ledger.audits.amend(bench.run.id, row.number, plan.model_dump(mode="json"))
    return plan


def _verdicts(number: int, report: AuditReport) -> list[AuditVerdictRow]:
    found = [(one.experiment, one.verdict, one.verified, one.why) for one in report.keeps]
    found += [(one.experiment, one.verdict, one.verified, one.why) for one in report.misses]
    return [
        AuditVerdictRow(number, id, verdict, gain.gain, gain.low, gain.high, why)
        for id, verdict, gain, why in found
    ]
