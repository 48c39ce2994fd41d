"""One question as a page: who asks, what can be decided, the case so far and the change."""

from __future__ import annotations

from pathlib import Path

from orgloop.cli.show import Differ
from orgloop.cli.shown import shown
from orgloop.ledger import Ledger, QuestionRow, RunRow, load_case, render_case
from orgloop.ledger.plain import plain


def page(
    ledger: Ledger, run: RunRow, row: QuestionRow, differ: Differ, *, desk: Path | None, brief: bool
) -> str:
    """The page; ``brief`` shows all that a model would read instead of the essence."""
    seat = f", seat {row.seat + 1}" if row.seat else ""
    parts = [f"{row.name}: {row.node}{seat} in {row.experiment}"]
    experiment = ledger.experiments.get(run.id, row.experiment)
    begun = any(step.finished for step in ledger.steps.of(run.id, row.experiment))
    if brief or experiment is None or not begun:  # who comes first has no case to look at
        parts.append(plain(row.text).rstrip())
    else:
        case = load_case(ledger, run, row.experiment, diff=differ(run, experiment))
        assert case is not None, "it was found just now, and rows are never deleted"
        parts.append(render_case(case).rstrip())
    if row.decisions:
        parts.append(f"To decide: {', '.join(row.decisions)}")
    if desk is not None:
        parts.append(f"To edit: {shown(desk)}")
    return "\n\n".join(parts)
