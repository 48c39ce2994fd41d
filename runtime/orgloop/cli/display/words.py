"""What the live picture and the plain lines say alike."""

from __future__ import annotations

from orgloop.charter import Budget
from orgloop.ledger import CountsRow, ExperimentRow, QuestionRow, RunStatus
from orgloop.ledger.numbers import change, duration, measured
from orgloop.ledger.plain import one_line

STATUS = {"keep": "kept", "discard": "discarded", "crash": "crashed"}
STANDS = {
    "stopping": "stopping: runs on the bench are finished first; Ctrl-C again ends them",
    "paused": "paused: `orgloop resume` goes on",
}
TITLE = 200


def value(row: ExperimentRow) -> str:
    """What was measured, with its standard error; empty where nothing was."""
    return "" if row.value is None else measured(row.value, row.stderr)


def gain(amount: float | None, stderr: float | None) -> str:
    """A gain with its sign, in as many digits as its uncertainty lets stand; empty for none."""
    return "" if amount is None else change(amount, stderr).partition(" ±")[0]


def title(row: ExperimentRow) -> str:
    """The hypothesis in a line, else why it ended."""
    return one_line(row.title, TITLE) or one_line(row.reason, TITLE)


def task_line(status: RunStatus) -> str:
    """``bytes-lm, run r1``."""
    return f"{one_line(str(status.run.task.get('name', '')), 60)}, run {status.run.id}"


def metric(status: RunStatus) -> str:
    """The name of what is measured."""
    return one_line(str(status.run.task.get("metric", "value")), 40)


def better(status: RunStatus) -> str:
    """Which way is up, and whether the number is the training code's own word."""
    reported = ", self-reported" if status.run.task.get("evaluate") is None else ""
    way = "higher" if status.run.task.get("goal") == "maximize" else "lower"
    return f"{way} is better{reported}"


def question(row: QuestionRow) -> str:
    """``q3 waits for you: reviewer in e0007 (approve, revise, reject)``."""
    what = f" ({', '.join(row.decisions)})" if row.decisions else ""
    return f"{row.name} waits for you: {row.node} in {row.experiment}{what}"


def used(counts: CountsRow, budget: Budget) -> str:
    """``3 of 12 experiments, 2 min of 1 h``: what is used of each bound that the run has."""
    noun = "experiment" if counts.finished == 1 and not budget.experiments else "experiments"
    of = f" of {budget.experiments:,}" if budget.experiments else ""
    parts = [f"{counts.finished:,}{of} {noun}"]
    if budget.hours:
        parts.append(f"{duration(counts.active_s)} of {duration(3600 * budget.hours)}")
    if budget.tokens:
        parts.append(f"{counts.tokens:,} of {budget.tokens:,} tokens")
    if budget.usd:
        parts.append(f"${counts.cost_usd:.2f} of ${budget.usd:g}")
    return ", ".join(parts)


def share(counts: CountsRow, budget: Budget) -> float | None:
    """How much of the budget is used, 0 to 1: of the part that is furthest; None without one."""
    shares = []
    if budget.experiments:
        shares.append(counts.finished / budget.experiments)
    if budget.hours:
        shares.append(counts.active_s / 3600 / budget.hours)
    if budget.tokens:
        shares.append(counts.tokens / budget.tokens)
    if budget.usd:
        shares.append(counts.cost_usd / budget.usd)
    return min(1.0, max(shares)) if shares else None
