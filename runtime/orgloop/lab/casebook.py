"""Writes an experiment's page into the casebook once it is over."""

from __future__ import annotations

import contextlib

from orgloop.graph.context import WalkContext
from orgloop.ledger import case_path, load_case, render_case, write_case

TIDY_AFTER = 1000
"""Refs written between two tidyings of the repository: loose ones slow git down in the end."""


async def close_case(experiment: str, context: WalkContext) -> None:
    """Render ``experiment``'s page to disk; a full disk costs the page and not the record."""
    ledger, repo, run = context.ledger, context.repo, context.run
    row = await context.offload.ledger(lambda: ledger.experiments.get(run, experiment))
    if row is None:
        return
    diff = ""
    if row.commit is not None:
        commit, base = row.commit, row.base
        diff = await context.offload.git(lambda: repo.diff(base, commit))

    def write() -> None:
        run_row = ledger.runs.get(run)
        case = None if run_row is None else load_case(ledger, run_row, experiment, diff=diff)
        if case is not None:
            with contextlib.suppress(OSError):
                write_case(case_path(repo.home, run, experiment), render_case(case))

    await context.offload.ledger(write)
    if repo.refs.written > TIDY_AFTER:
        context.offload.background(repo.tidy)
