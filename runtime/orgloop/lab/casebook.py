"""Writes an experiment's page into the casebook once it is over."""

from __future__ import annotations

import contextlib

from orgloop.graph.context import WalkContext
from orgloop.ledger import ExperimentRow, Ledger, case_path, load_case, render_case, write_case
from orgloop.repo import LabRepo

TIDY_AFTER = 1000
"""Refs written between two tidyings of the repository: loose ones slow git down in the end."""


async def close_case(experiment: str, context: WalkContext) -> ExperimentRow | None:
    """Render ``experiment``'s page to disk and return its row.

    A full disk costs the page and not the record.
    """
    ledger, repo, run = context.ledger, context.repo, context.run
    found = await context.offload.ledger(lambda: put_page(ledger, repo, run, experiment))
    if repo.refs.written > TIDY_AFTER:
        context.offload.background(repo.tidy)
    return found


def put_page(ledger: Ledger, repo: LabRepo, run: str, experiment: str) -> ExperimentRow | None:
    """See :func:`close_case`; for whoever is on the ledger's thread."""
    row, run_row = ledger.experiments.get(run, experiment), ledger.runs.get(run)
    if row is None or run_row is None:
        return None
    diff = "" if row.commit is None else repo.diff(row.base, row.commit)
    case = load_case(ledger, run_row, experiment, diff=diff)
    if case is not None:
        with contextlib.suppress(OSError):
            write_case(case_path(repo.home, run, experiment), render_case(case))
    return row
