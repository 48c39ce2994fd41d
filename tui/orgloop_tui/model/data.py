"""One frame as plain data: what ``orgloop watch --json`` prints. A field that is here stays."""

from __future__ import annotations

import math
from dataclasses import asdict

from orgloop_tui.model.frame import Frame
from orgloop_tui.model.line import Line

EVENTS = 50


def as_data(frame: Frame) -> dict[str, object]:
    """The frame for a program: numbers as numbers, times as Unix seconds."""
    return {
        "at": frame.at,
        "lab": frame.lab,
        "state": frame.state,
        "alive": frame.alive,
        "trouble": frame.trouble,
        **_of_run(frame),
        "chart": _chart(frame),
        "running": [_line(line) for line in frame.running],
        "finished": [_line(line) for line in frame.finished],
        "incumbents": [
            {
                "number": row.number,
                "experiment": row.experiment,
                "commit": row.commit,
                "value": _number(row.value),
                "stderr": _number(row.stderr),
                "at": row.at,
            }
            for row in frame.incumbents
        ],
        "bench": [asdict(job) for job in frame.jobs],
        "events": [asdict(line) for line in frame.feed[-EVENTS:]],
    }


def _of_run(frame: Frame) -> dict[str, object]:
    status = frame.status
    if status is None:
        return {"run": None, "runs": [], "questions": [], "problems": []}
    counts, budget = status.counts, frame.budget
    return {
        "run": status.run.id,
        "runs": [row.id for row in frame.runs],
        "task": str(status.run.task.get("name", "")),
        "metric": frame.metric,
        "goal": "minimize" if frame.minimize else "maximize",
        "self_reported": status.run.task.get("evaluate") is None,
        "reason": status.run.reason,
        "generation": status.generation,
        "baseline": _number(status.baseline.value) if status.baseline else None,
        "best": _number(status.best.value) if status.best else None,
        "best_stderr": _number(status.best.stderr) if status.best else None,
        "best_commit": status.best.commit if status.best else None,
        "gain": _number(status.gain),
        "experiments": counts.finished,
        "kept": counts.kept,
        "discarded": counts.discarded,
        "crashed": counts.crashed,
        "tokens": counts.tokens,
        "cost_usd": counts.cost_usd,
        "unpriced_tokens": counts.unpriced_tokens,
        "tokens_a_minute": frame.pace.tokens,
        "usd_a_minute": frame.pace.dollars,
        "active_s": counts.active_s,
        "budget": budget.model_dump(exclude_none=True),
        "budget_used": frame.share,
        "seconds_left": frame.seconds_left,
        "slots": frame.slots,
        "measuring": status.measuring,
        "bench_busy_s": status.bench_busy_s,
        "bench_utilisation": frame.utilisation,
        "questions": [
            {
                "id": row.name,
                "experiment": row.experiment,
                "role": row.node,
                "decisions": list(row.decisions),
                "state": row.state,
                "asked": row.asked,
            }
            for row in status.questions
        ],
        "problems": [
            {
                "path": row.path,
                "line": row.line,
                "message": row.message,
                "hint": row.hint,
                "severity": row.severity,
            }
            for row in status.problems
        ],
    }


def _chart(frame: Frame) -> dict[str, object] | None:
    if frame.chart is None:
        return None
    return {
        "name": frame.chart.name,
        "generation": frame.chart.generation,
        "mermaid": frame.chart.flow.to_mermaid(),
        "cadence": dict(frame.chart.cadence),
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "id": line.id,
        "status": line.status,
        "where": line.where,
        "node": line.node,
        "title": line.title,
        "reason": line.reason,
        "generation": line.generation,
        "value": _number(line.value),
        "stderr": _number(line.stderr),
        "gain": _number(line.gain),
        "overruled": line.overruled,
        "created": line.created,
        "finished": line.finished,
        "tokens": line.tokens,
        "cost_usd": line.cost_usd,
    }


def _number(value: float | None) -> float | None:
    """JSON has no infinities."""
    return value if value is None or math.isfinite(value) else None
