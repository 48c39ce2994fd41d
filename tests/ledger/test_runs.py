from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_runs_count_up_and_name_their_branch(lab: Lab) -> None:
    second = lab.ledger.runs.create(baseline_commit="c", task={"metric": "m"}, options={"a": 1})
    assert (second.id, second.branch) == ("r2", "orgloop/r2")
    assert lab.ledger.runs.latest() == second
    assert [run.id for run in lab.ledger.runs.all()] == ["r1", "r2"]


def test_an_id_can_be_given_where_a_branch_is_taken(lab: Lab) -> None:
    lab.ledger.runs.create(baseline_commit="c", task={}, id="r7")
    assert lab.ledger.runs.next_id() == "r8"


def test_a_large_seed_survives(lab: Lab) -> None:
    run = lab.ledger.runs.create(baseline_commit="c", task={}, seed=2**80)
    found = lab.ledger.runs.get(run.id)
    assert found is not None and found.seed == 2**80


def test_a_state_is_told_once(lab: Lab) -> None:
    assert lab.ledger.runs.set_state("r1", "stopped", "asked")
    assert not lab.ledger.runs.set_state("r1", "stopped", "asked")
    assert [event.kind for event in lab.ledger.tail.last(2)] == ["run_state_changed", "run_ended"]
    assert lab.ledger.runs.set_state("r1", "running")
    assert not lab.ledger.runs.set_state("r9", "running")
    with pytest.raises(ValueError, match="no state"):
        lab.ledger.runs.set_state("r1", "asleep")


def test_the_time_a_run_was_going_adds_up(lab: Lab) -> None:
    lab.ledger.runs.tick("r1", 2.5)
    lab.ledger.runs.tick("r1", 1.0)
    assert lab.ledger.runs.counts("r1").active_s == 3.5


def test_generations_are_numbered_by_run(lab: Lab) -> None:
    generations = lab.ledger.generations
    assert generations.latest("r1") is None
    for reason in ("start", "edit"):
        generations.add("r1", tree="t", commit="c", author="person", reason=reason)
    assert [row.number for row in generations.all("r1")] == [1, 2]
    second = generations.get("r1", 2)
    assert second is not None and second == generations.latest("r1") and second.reason == "edit"


def test_incumbents_are_a_line_from_the_baseline(lab: Lab) -> None:
    lab.keep("a", 2.6)
    lab.keep("b", 2.5)
    rows = lab.ledger.incumbents.all("r1")
    assert [(row.number, row.value) for row in rows] == [(0, 2.7), (1, 2.6), (2, 2.5)]
    assert lab.ledger.incumbents.since("r1", 0) == rows[1:]
    assert lab.ledger.incumbents.last("r1", 2) == rows[:0:-1]
    assert lab.ledger.incumbents.baseline("r1") == rows[0]


def test_promoting_the_head_again_changes_nothing(lab: Lab) -> None:
    again = lab.ledger.incumbents.promote(
        "r1", commit=lab.run.baseline_commit, experiment="baseline", value=1.0, stderr=None
    )
    assert again.value == 2.7 and len(lab.ledger.incumbents.all("r1")) == 1


def test_a_value_on_the_record_can_be_revised(lab: Lab) -> None:
    lab.ledger.incumbents.revise("r1", 0, 2.72, 0.004)
    row = lab.ledger.incumbents.current("r1")
    assert row is not None and (row.value, row.stderr) == (2.72, 0.004)
