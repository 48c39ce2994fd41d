"""Whether an experiment late in a run costs more tokens than an early one.

The default organization with every role reading its brief and writing a note of the length that
its brief asks for; the experimenter draws its changes, the other roles decide as the embedded
engines do. What counts is what a model would have read and written, at four characters a token,
which English with code comes to; a ratio does not depend on it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import fmean

from orgloop.ledger import Ledger, StepRow, ledger_path

from .labrun import RUN, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

GOAL = 1.1
_HALF = 10
"""Experiments before and after the one that is looked at, so that no single one decides."""
_MIND = "python:benchmarks.minds:Writing"


def measure(quick: bool) -> list[Row]:
    """Tokens around the 50th experiment and at the end, whole and by role."""
    count = 200 if quick else 1000
    with tempfile.TemporaryDirectory(prefix="orgloop-tokens-") as folder:
        org = Organization("classic", model=_MIND)
        lab = make_lab(Path(folder, "lab"), org=org)
        run_lab(lab, count + _HALF)
        with Ledger.read_only(ledger_path(lab)) as ledger:
            early = _steps(ledger, 50)
            late = _steps(ledger, count)
    rows = [_row("an experiment, all roles", early, late, count)]
    for role in dict.fromkeys(step.node for step in early):
        only = [[step for step in steps if step.node == role] for steps in (early, late)]
        rows.append(_row(f"a brief of `{role}`", *only, count, each=True))
    return rows


def _row(
    what: str, early: list[StepRow], late: list[StepRow], count: int, *, each: bool = False
) -> Row:
    first, last = (_tokens(steps, each=each) for steps in (early, late))
    return Row("tokens", f"{count}th and 50th", what, last, "tokens", last / first, GOAL,
               remark=f"at the 50th {first:.0f}")  # fmt: skip


def _tokens(steps: list[StepRow], *, each: bool) -> float:
    """Mean tokens an experiment, or what went into one visit."""
    if each:
        return fmean(step.input_tokens for step in steps)
    experiments = {step.experiment for step in steps}
    return sum(step.input_tokens + step.output_tokens for step in steps) / len(experiments)


def _steps(ledger: Ledger, place: int) -> list[StepRow]:
    """The roles' steps of the experiments around the ``place``-th."""
    return [
        step
        for number in range(place - _HALF, place + _HALF)
        for step in ledger.steps.of(RUN, f"e{number:04d}")
        if step.input_tokens
    ]
