"""Everything on record about one experiment, read for the screen that shows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import OrgloopError
from orgloop.ledger import (
    ExperimentRow,
    Ledger,
    MeasurementRow,
    RunRow,
    ledger_path,
    load_case,
    render_case,
)
from orgloop.ledger.plain import capped

LOG_BYTES = 200_000
"""Bytes at the end of a log that are shown."""
LOG_LINES = 2000
DIFF_LINES = 5000

Differ = Callable[[RunRow, ExperimentRow], str]
"""Gives an experiment's change as a unified diff; raises OrgloopError."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One experiment. Its texts are plain: no escapes, and no control characters."""

    experiment: ExperimentRow
    page: str
    """The case file, in Markdown, without the change."""
    diff: str
    log: str
    """The end of its latest output; empty where none is kept."""
    log_path: Path | None
    measurements: tuple[MeasurementRow, ...]


def read_dossier(lab: Path, run: RunRow, id: str, differ: Differ) -> Dossier | None:
    """The experiment as it stands; None where there is none. Raises LedgerError."""
    with Ledger.read_only(ledger_path(lab)) as ledger:
        case = load_case(ledger, run, id)
        if case is None:
            return None
    path, log = _log(lab, case.measurements)
    diff = _diff(run, case.experiment, differ)
    return Dossier(case.experiment, render_case(case), diff, log, path, case.measurements)


def _diff(run: RunRow, experiment: ExperimentRow, differ: Differ) -> str:
    try:
        found = differ(run, experiment)
    except OrgloopError as error:
        return f"The change cannot be read: {error}"
    return capped(found, 400_000, DIFF_LINES)[0].strip("\n")


def _log(lab: Path, measurements: tuple[MeasurementRow, ...]) -> tuple[Path | None, str]:
    kept = [row.log for row in measurements if row.log]
    if kept:
        path = lab / kept[-1]
        try:
            with path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_BYTES))
                said = file.read(LOG_BYTES).decode("utf-8", "replace")
            return path, capped(said, LOG_BYTES, LOG_LINES, end=True)[0].rstrip("\n")
        except OSError:
            pass  # old logs are removed; a crash keeps its last lines on record
    for row in reversed(measurements):
        if row.crash is not None and row.crash.get("tail"):
            return None, capped(row.crash["tail"], LOG_BYTES, LOG_LINES, end=True)[0].rstrip("\n")
    return None, ""
