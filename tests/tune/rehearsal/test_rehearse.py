"""An edited organization on a bench that replays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orgloop.ledger import RunRow
from orgloop.markdown.rewrite import with_keys
from orgloop.tune.contender import contender
from orgloop.tune.rehearsal.rehearse import Rehearsed, prepare


@pytest.fixture
def lab(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the recorded lab with an organization of its own, which was edited since."""
    copy = tmp_path / "lab"
    shutil.copytree(recorded, copy, symlinks=True)
    contender("solo", copy).write(copy)
    role = copy / "roles" / "researcher.md"
    edited = with_keys(role.read_bytes(), {("org", "boldness"): 0.9})
    assert edited is not None
    role.write_bytes(edited)
    return copy


@pytest.mark.slow
def test_before_and_after_the_edit_are_held_against_each_other(
    lab: Path, run: RunRow, tmp_path: Path
) -> None:
    head = (lab / ".git" / "refs").exists()
    rehearsal = prepare(lab, run, tmp_path / "rehearse", experiments=3, runs=2)
    names = [one.name for one in rehearsal.tournament.orgs]
    assert names == ["r1", "solo"], "the run's was solo itself: it plays once"
    found = rehearsal.carry_out(jobs=1)
    assert found is not None and (found.run, found.settings) == ("r1", 13)
    assert {one.org for one in found.comparison.standings} == {"r1", "solo"}
    assert found.comparison.runs == 2
    assert found.error > 0 and found.spread > 0
    again = rehearsal.carry_out(jobs=1)
    assert again == found and head == (lab / ".git" / "refs").exists()


def test_the_replayed_bench_has_no_setup_and_no_mounts(
    lab: Path, run: RunRow, tmp_path: Path
) -> None:
    (task,) = prepare(lab, run, tmp_path / "rehearse").tournament.tasks
    assert (task.kind, task.simulated, task.task.setup, task.task.mounts) == (
        "rehearsal",
        True,
        None,
        (),
    )
    assert (task.root / "task.md").is_file()


def test_a_surface_that_foretells_nothing_is_called_blind(
    lab: Path, run: RunRow, tmp_path: Path
) -> None:
    found = prepare(lab, run, tmp_path / "rehearse", experiments=2, runs=1).carry_out(jobs=1)
    assert found is not None
    assert Rehearsed.model_validate({**found.model_dump(), "error": 1.0, "spread": 1.0}).blind
    assert not Rehearsed.model_validate({**found.model_dump(), "error": 0.1, "spread": 1.0}).blind
