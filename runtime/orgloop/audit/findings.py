"""Puts the findings of an audit together, with what the run has claimed."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.audit.judge import SURVIVED, Judge, gain_of
from orgloop.audit.plan import BASELINE, SURVIVORS, Plan
from orgloop.audit.report import AuditReport, Gain, KeepFinding
from orgloop.audit.wording import amount, figure
from orgloop.lab.summary import summarise
from orgloop.ledger import Ledger, RunRow
from orgloop.task import Task


def claimed(ledger: Ledger, run: str, task: Task) -> Gain:
    """What is on record for the best, without what a person kept against the referee."""
    summary = summarise(ledger, run, task)
    if summary is None or summary.gain is None:
        return Gain(gain=None)
    not_claimed = sum(
        row.gain or 0.0
        for row in ledger.experiments.finished(run)
        if row.status == "keep" and row.overruled
    )
    low, high = summary.gain_low, summary.gain_high
    return Gain(
        gain=summary.gain - not_claimed,
        low=None if low is None else low - not_claimed,
        high=None if high is None else high - not_claimed,
    )


def report_of(
    run: RunRow,
    number: int,
    plan: Plan,
    task: Task,
    ledger: Ledger,
    judge: Judge,
    held: Judge,
    again: Judge | None,
    keeps: Sequence[KeepFinding],
    earlier: int,
) -> AuditReport:
    """The report. ``held`` judges by the hold-out, ``again`` what survived on its own seeds."""
    whole = judge.compare(plan.best, BASELINE)
    claim = claimed(ledger, run.id, task)
    verified = gain_of(whole, whole.p)
    is_verified = bool(plan.keeps) and judge.is_shown(whole, whole.p)
    out = held.compare(plan.best, BASELINE) if plan.heldout and plan.keeps else None
    if again is not None:
        left = again.compare(SURVIVORS, BASELINE)
        survivors: Gain | None = gain_of(left, left.p)
        left_verified: bool | None = again.is_shown(left, left.p)
    elif plan.survivors is not None:
        survivors, left_verified = verified, is_verified
    else:
        survivors, left_verified = None, None
    behind = {one.experiment: one.needs for one in plan.left_behind}
    keeps = [one.model_copy(update={"needs": behind.get(one.experiment)}) for one in keeps]
    rows = {row.id: row for row in ledger.experiments.finished(run.id)}
    arms = judge.arms(plan.arms) + held.arms(plan.heldout, holdout=True)
    if again is not None and plan.survivors is not None:
        arms += again.arms((plan.survivors,))
    second = 0 if again is None else sum(map(len, again.rows.values()))
    first = sum(map(len, judge.rows.values())) + sum(map(len, held.rows.values()))
    return AuditReport(
        run=run.id,
        audit=number,
        task=task.name,
        metric=task.metric,
        goal=task.goal,
        baseline_commit=plan.arm(BASELINE).commit,
        best_commit=plan.arm(plan.best).commit,
        runs=plan.runs,
        bench_runs=first + second,
        paired="{seed}" in task.run or "ORGLOOP_SEED" in task.run,
        deterministic=judge.deterministic,
        self_reported=task.self_reported,
        min_delta=task.min_delta,
        claimed=claim,
        verified=verified,
        is_verified=is_verified,
        holdout=None if out is None else gain_of(out, out.p),
        holdout_command=plan.holdout,
        is_verified_on_holdout=None if out is None else held.is_shown(out, out.p),
        survivors_commit=plan.survivors.commit if plan.survivors else None,
        survivors=survivors,
        is_survivors_verified=left_verified,
        keeps=tuple(keeps),
        misses=judge.misses(plan, rows),
        arms=arms,
        earlier_audits=earlier,
        headline=_headline(claim, verified, is_verified, keeps),
    )


def _headline(claim: Gain, verified: Gain, is_verified: bool, keeps: Sequence[KeepFinding]) -> str:
    if not keeps:
        return "Nothing was kept, so nothing is claimed; the near misses were tried again."
    said = "nothing" if claim.gain is None else figure(claim)
    survived = sum(one.verdict == SURVIVED for one in keeps)
    word = "verified" if is_verified else "not verified"
    noun = "keep" if len(keeps) == 1 else "keeps"
    return (
        f"Claimed {said}, {word}: measured {amount(verified)}. "
        f"{survived} of {len(keeps)} {noun} survived."
    )
