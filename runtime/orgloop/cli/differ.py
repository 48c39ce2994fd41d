"""An experiment's change, from git, for `orgloop show`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orgloop.ledger import ExperimentRow, RunRow


def differ(lab: Path) -> Callable[[RunRow, ExperimentRow], str]:
    """Reads diffs of the lab's experiments; git is opened when the first is asked for."""

    def diff(_: RunRow, experiment: ExperimentRow) -> str:
        if experiment.commit is None:
            return ""
        from orgloop.repo import LabRepo

        repo = LabRepo.open(lab)
        try:
            return repo.diff(experiment.base, experiment.commit)
        finally:
            repo.close()

    return diff
