"""What runs printed, kept beside the ledger: the latest few hundred logs, each capped."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

KEPT = 500
"""Logs kept of a run. Crashes have their last lines in the ledger for good."""
_SLACK = 100


def log_path(home: Path, run: str, measurement: str) -> Path:
    """Where a measurement's output goes: ``.orgloop/logs/r1/r1-e0007-m2.log``."""
    return home / "logs" / run / f"{measurement}.log"


def put_away(output: Path, target: Path) -> None:
    """Move a job's output to its place. What cannot be moved is lost: it is only a log."""
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        output.replace(target)
        _prune(target.parent)


def _prune(folder: Path) -> None:
    """Remove the oldest logs, some at a time, so that most calls only count."""
    if len(os.listdir(folder)) <= KEPT + _SLACK:  # noqa: PTH208 (six hundred Paths cost 2 ms)
        return
    logs = list(folder.iterdir())
    oldest = sorted(logs, key=lambda path: path.stat().st_mtime)
    for path in oldest[: len(logs) - KEPT]:
        path.unlink(missing_ok=True)
