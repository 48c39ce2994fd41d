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
    best_stderr: float | None
    best_commit: str | None
    best_experiment: str | None
    branch: str
    gain: float | None
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
    counts, baseline, best = status.counts, status.baseline, status.best
    gain = None
    if baseline is not None and best is not None:
        values = ledger.measurements.values(run, BASELINE) or [baseline.value]
        history = [
            group
            for commit, group in ledger.measurements.repeated(run).items()
            if commit != baseline.commit
        ]
        gain = improvement(values, best.value, best.stderr, goal=task.goal, history=history)
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
