"""The acceptance rules on tasks whose truth is known, as figures: see :mod:`benchmarks.referee`."""

from __future__ import annotations

import os

from . import referee
from .row import Row

SHIPPED = "significant"
TRUE = {"noise 0.1": 74.0, "noise 0.5": 41.0, "noise 1": 12.0, "noise 2": 1.0}
"""What the shipped rule should reach with 1,000 bench runs."""
FALSE_ON_NULL = 1.5
BIAS = 0.1
"""Largest bias of the claimed value, in noise sds, up to noise 1."""


def measure(quick: bool) -> list[Row]:
    """True progress, false keeps and bias of each rule, at noise 0.1 to 2 and where nothing helps.

    The goals are for 1,000 runs, so ``quick`` has none. The bias is that of the incumbent's claimed
    value, averaged over each run: at its end alone, 40 seeds cannot tell a tenth of the noise.
    """
    seeds, runs = (8, 300) if quick else (40, 1000)
    rows: list[Row] = []
    lands, jobs = referee.LANDSCAPES, os.cpu_count() or 1
    for line, _ in referee.lines(referee.RULES, lands, runs=runs, seeds=seeds, jobs=jobs):
        rows += _rows(line, goals=not quick and line.rule == SHIPPED)
    return rows


def _rows(line: referee.Line, *, goals: bool) -> list[Row]:
    case = f"{line.landscape}, {line.rule}"
    null = line.landscape == "null"
    rows = []
    if not null:
        goal = TRUE.get(line.landscape) if goals else None
        remark = f"± {line.true_se:.2f}; {line.false:.2f} of {line.keeps:.1f} keeps false"
        rows.append(
            Row("referee", case, "true value at the end", line.true, goal=goal, at_least=True,
                remark=remark)
        )  # fmt: skip
    else:
        rows.append(
            Row("referee", case, "false keeps", line.false, goal=FALSE_ON_NULL if goals else None,
                remark=f"± {line.false_se:.2f}")
        )  # fmt: skip
    limit = BIAS * line.noise if goals and line.noise <= 1 else None
    rows.append(
        Row("referee", case, "bias of the claim", abs(line.along), goal=limit,
            remark=f"{line.along:.3f} ± {line.along_se:.3f}; "
            f"at the end {line.bias:.3f} ± {line.bias_se:.3f}")
    )  # fmt: skip
    return rows
