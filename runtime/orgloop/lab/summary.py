"""What a run came to: the object that `orgloop run --json` ends with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from orgloop.ledger import BASELINE, Ledger
from orgloop.referee import improvement
from orgloop.task import Task


class RunSummary(BaseModel):
    """The run so far. Times are seconds, values the task's metric, ``gain`` positive for better."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    task: str
    metric: str
    goal: str
    self_reported: bool
    state: str
    reason: str
    baseline: float | None
    baseline_stderr: float | None
    best: float | None
    """Of the best that is claimed: what a person kept against the referee is none."""
    best_stderr: float | None
    best_commit: str | None
    best_experiment: str | None
    branch: str
    head_commit: str | None = None
    """Where the branch is; another than ``best_commit`` only where a person kept it."""
    head_experiment: str | None = None
    gain: float | None
    """Of the best over the baseline, without what persons' keeps under it brought."""
    gain_low: float | None
    """Lower end of the 95% interval of ``gain``; None where noise is not known."""
    gain_high: float | None
    gain_text: str
    deterministic: bool
    experiments: int
    """Finished ones."""
    running: int
    kept: int
    discarded: int
    crashed: int
    overruled: int
    simplified: int = 0
    """Keeps, among ``kept``, of what was shown to be as good and has less code."""
    conceded: float = 0.0
    """What those may have cost together, at most."""
    generation: int | None
    measurements: int
    wall_s: float
    bench_busy_s: float
    slots: int
    tokens: int
    cost_usd: float
    unpriced_tokens: int = 0
    """Those of ``tokens`` whose cost nobody knows: ``cost_usd`` is without them."""


def summarise(ledger: Ledger, run: str, task: Task) -> RunSummary | None:
    """The summary of ``run`` from its ledger; None where there is no such run."""
    status = ledger.views.status(run, recent=0)
    if status is None:
        return None
    counts, baseline, best, claim = status.counts, status.baseline, status.best, status.claim
    head = ledger.incumbents.current(run)
    gain = None
    if baseline is not None and best is not None:
        values = ledger.measurements.values(run, BASELINE) or [baseline.value]
        history = [
            group
            for commit, group in ledger.measurements.repeated(run).items()
            if commit != baseline.commit
        ]
        value, stderr = (claim.value, claim.stderr) if claim else (best.value, best.stderr)
        gain = improvement(values, value, stderr, goal=task.goal, history=history)
    moved = best is not None and baseline is not None and best.commit != baseline.commit
    return RunSummary(
        run=run,
        task=task.name,
        metric=task.metric,
        goal=task.goal,
        self_reported=task.self_reported,
        state=status.run.state,
        reason=status.run.reason,
        baseline=baseline.value if baseline else None,
        baseline_stderr=baseline.stderr if baseline else None,
        best=best.value if best else None,
        best_stderr=best.stderr if best else None,
        best_commit=best.commit if best else None,
        best_experiment=best.experiment if best and moved else None,
        branch=status.run.branch,
        head_commit=head.commit if head else None,
        head_experiment=head.experiment if head and head.number else None,
        gain=(gain.gain if moved else 0.0) if gain else None,
        gain_low=gain.low if gain and moved else None,
        gain_high=gain.high if gain and moved else None,
        gain_text=gain.text if gain and moved else "",
        deterministic=gain.deterministic if gain else False,
        experiments=counts.finished,
        running=counts.running,
        kept=counts.kept,
        discarded=counts.discarded,
        crashed=counts.crashed,
        overruled=counts.overruled,
        simplified=counts.simplified,
        conceded=counts.conceded,
        generation=status.generation,
        measurements=counts.measurements,
        wall_s=round(counts.active_s, 3),
        bench_busy_s=round(counts.bench_busy_s, 3),
        slots=task.slots,
        tokens=counts.tokens,
        cost_usd=counts.cost_usd,
        unpriced_tokens=counts.unpriced_tokens,
    )
