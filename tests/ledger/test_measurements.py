from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from orgloop.ledger import MeasurementRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def _row(id: str, commit: str, seed: int = 0, kind: str = "search") -> MeasurementRow:
    return MeasurementRow("r1", id, "e0001", commit, seed, kind, "running", 5.0)


def test_a_measurement_begins_and_finishes_once(lab: Lab) -> None:
    lab.start("x")
    measurements = lab.ledger.measurements
    assert measurements.begin(_row("m1", "c"))
    assert not measurements.begin(_row("m1", "c"))
    assert [row.id for row in measurements.running("r1")] == ["m1"]
    assert measurements.finish("m1", value=2.5, metrics={"steps": 3}, wall_s=4.0)
    assert not measurements.finish("m1", value=9.9, wall_s=4.0)
    assert not measurements.finish("unheard of", value=1.0)
    counts = lab.ledger.runs.counts("r1")
    assert (counts.bench_busy_s, counts.measurements) == (4.0, 1)
    row = measurements.get("m1")
    assert row is not None and (row.status, row.value, row.metrics) == ("ok", 2.5, {"steps": 3.0})
    assert measurements.running("r1") == []


def test_a_crash_keeps_what_it_said(lab: Lab) -> None:
    lab.start("x")
    lab.ledger.measurements.begin(_row("m1", "c"))
    lab.ledger.measurements.finish("m1", value=None, crash={"kind": "memory", "message": "big"})
    row = lab.ledger.measurements.get("m1")
    assert row is not None and row.status == "crash" and row.value is None
    assert row.crash == {"kind": "memory", "message": "big"}


def test_noise_is_pooled_over_commits_and_leaves_audits_out(lab: Lab) -> None:
    lab.start("x")
    groups = {"a": [1.0, 1.2, 0.9], "b": [5.0, 5.4], "c": [7.0]}
    number = 0
    for commit, values in groups.items():
        for value in values:
            number += 1
            lab.ledger.measurements.begin(_row(f"m{number}", commit))
            lab.ledger.measurements.finish(f"m{number}", value=value)
    lab.ledger.measurements.begin(_row("audit", "a", kind="audit"))
    lab.ledger.measurements.finish("audit", value=99.0)
    squares = sum(
        sum((value - sum(values) / len(values)) ** 2 for value in values)
        for values in groups.values()
    )
    counts = lab.ledger.runs.counts("r1")
    assert counts.noise_freedom == 3
    assert counts.noise_sd == pytest.approx(math.sqrt(squares / 3))
    assert lab.ledger.measurements.repeated("r1") == {"b": (5.0, 5.4), "a": (1.0, 1.2, 0.9)}
    assert list(lab.ledger.measurements.repeated("r1", limit=1)) == ["b"]


def test_repeats_that_are_identical_pool_to_zero_noise(lab: Lab) -> None:
    lab.start("x")
    for number in range(3):
        lab.ledger.measurements.begin(_row(f"m{number}", "a"))
        lab.ledger.measurements.finish(f"m{number}", value=0.1)
    assert lab.ledger.runs.counts("r1").noise_sd == 0


def test_seeds_are_known_by_commit_and_fresh_ones_are_above_all(lab: Lab) -> None:
    lab.start("x")
    assert lab.ledger.measurements.fresh_seed("r1") == 0
    for number, (commit, seed) in enumerate((("a", 0), ("a", 4), ("b", 2))):
        lab.ledger.measurements.begin(_row(f"m{number}", commit, seed))
    assert lab.ledger.measurements.seeds("r1", "a") == {0, 4}
    assert lab.ledger.measurements.fresh_seed("r1") == 5


def test_ids_of_measurements_count_up_by_experiment(lab: Lab) -> None:
    id = lab.start("x")
    assert lab.measure(id, 2.5) == f"r1-{id}-m1"
    assert lab.measure(id, 2.6) == f"r1-{id}-m2"
    assert lab.ledger.measurements.next_id("r1", "baseline") == "r1-baseline-m1"


def test_numbers_that_are_not_finite_do_not_stop_the_record(lab: Lab) -> None:
    lab.start("x")
    lab.ledger.measurements.begin(_row("m1", "c"))
    lab.ledger.measurements.finish("m1", value=2.0, metrics={"loss": math.nan, "n": 2.0})
    row = lab.ledger.measurements.get("m1")
    assert row is not None and row.metrics == {"n": 2.0}
