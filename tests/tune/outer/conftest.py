"""A tuning lab of the bundled organization, on one task and two experiments."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.tune.contender import Contender, contender
from orgloop.tune.outer.write import Outer, outer_lab
from orgloop.tune.tasks import TrialTask


@pytest.fixture(scope="session")
def classic() -> Contender:
    return contender("classic", Path("/nowhere"))


@pytest.fixture
def outer(classic: Contender, bowl: TrialTask, monkeypatch: pytest.MonkeyPatch) -> Outer:
    """What is tuned; Optuna's unit is given, since it takes a second to measure."""
    monkeypatch.setattr("orgloop.tune.outer.write.yardstick", lambda *_: 0.5)
    return Outer(classic, (bowl,), experiments=2, seed=7, slots=1)


@pytest.fixture
def lab(outer: Outer, tmp_path: Path) -> Path:
    return outer_lab(outer, tmp_path)
