"""A run to be replayed: of solo on a simulated task, so that its record takes a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.tune.contender import contender
from orgloop.tune.tasks import shipped_task
from orgloop.tune.trial import Trial, run_trial


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab that the run was in."""
    place = tmp_path_factory.mktemp("recorded")
    solo = contender("solo", Path("/nowhere"))
    assert run_trial(Trial(solo, shipped_task("bowl"), 12, 5), place, keep_lab=True) is not None
    return place / "lab"


@pytest.fixture(scope="session")
def run(recorded: Path) -> RunRow:
    with Ledger.read_only(ledger_path(recorded)) as ledger:
        found = ledger.runs.latest()
    assert found is not None
    return found
