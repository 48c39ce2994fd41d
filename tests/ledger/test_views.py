from __future__ import annotations

from typing import TYPE_CHECKING

from orgloop.ledger import MeasurementRow, ProblemRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_the_status_says_where_each_experiment_stands(lab: Lab) -> None:
    lab.keep("done", 2.6)
    thinking, between, measuring = lab.start("a"), lab.start("b"), lab.start("c")
    lab.clock.now += 10
    lab.ledger.steps.begin("r1", thinking, "pi", 1)
    lab.step(between, "pi")
    lab.ledger.steps.begin("r1", measuring, "bench", 2)
    began = lab.clock()
    lab.ledger.measurements.begin(
        MeasurementRow("r1", "m", measuring, "c", 0, "search", "running", began)
    )
    lab.ledger.problems.replace("r1", [ProblemRow("roles/pi.md", "bad")])
    lab.clock.now += 4
    status = lab.ledger.views.status("r1")
    assert status is not None
    where = [(one.experiment.id, one.node, one.visit, one.measuring) for one in status.running]
    assert where == [(thinking, "pi", 1, 0), (between, "", 1, 0), (measuring, "bench", 2, 1)]
    assert status.running[0].since == began
    assert (status.measuring, status.bench_busy_s) == (1, 4.0)
    assert status.best is not None and status.best.value == 2.6
    assert status.gain is not None and round(status.gain, 6) == 0.1
    assert [row.title for row in status.recent] == ["done"]
    assert len(status.problems) == 1
    assert status.counts.running == 3


def test_the_gain_follows_the_goal(lab: Lab) -> None:
    run = lab.ledger.runs.create(baseline_commit="x", task={"goal": "maximize"})
    status = lab.ledger.views.status(run.id)
    assert status is not None and status.gain is None
    for commit, value in (("x", 0.5), ("y", 0.7)):
        lab.ledger.incumbents.promote(
            run.id, commit=commit, experiment="e", value=value, stderr=None
        )
    status = lab.ledger.views.status(run.id)
    assert status is not None and status.gain is not None and status.gain > 0


def test_a_run_that_is_not_there_has_no_status(lab: Lab) -> None:
    assert lab.ledger.views.status("r9") is None
