from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_evidence_is_the_best_the_latest_and_what_is_in_flight(lab: Lab) -> None:
    for number in range(12):
        lab.discard(f"t{number}", value=3.0 + number)
    crashed = lab.crash("c")
    flying = lab.start("f")
    found = lab.ledger.evidence("r1", "minimize", best=2, latest=3)
    ids = [trial.experiment for trial in found.trials]
    assert ids == ["e0001", "e0002", "e0011", "e0012", crashed, flying]
    assert [trial.value for trial in found.trials[-2:]] == [None, None]
    assert [trial.status for trial in found.trials[-2:]] == ["crash", "running"]
    most = lab.ledger.evidence("r1", "maximize", best=2, latest=1)
    assert [trial.experiment for trial in most.trials] == ["e0011", "e0012", crashed, flying]


def test_a_trials_value_is_the_plain_mean_and_not_the_value_on_record(lab: Lab) -> None:
    id = lab.start("x")
    lab.ledger.experiments.update("r1", id, params={"a": 1}, commit="c")
    lab.measure(id, 2.0)
    lab.measure(id, 3.0)
    lab.ledger.experiments.keep("r1", id, commit="c", value=2.6, stderr=0.1, gain=0.1)
    (trial,) = lab.ledger.evidence("r1", "minimize").trials
    assert (trial.value, trial.params) == (2.5, {"a": 1})


def test_evidence_says_how_far_the_run_is(lab: Lab) -> None:
    lab.keep("a", 2.6)
    lab.discard("b")
    found = lab.ledger.evidence("r1", "minimize")
    assert (found.baseline_value, found.incumbent_value) == (2.7, 2.6)
    assert (found.finished, found.streak, found.noise_sd) == (2, 1, None)


def test_a_trial_in_flight_is_read_anew_once_it_finished(lab: Lab) -> None:
    id = lab.start("x")
    assert lab.ledger.evidence("r1", "minimize").trials[0].status == "running"
    lab.measure(id, 2.5)
    lab.ledger.experiments.finish("r1", id, "discard", "no gain")
    trial = lab.ledger.evidence("r1", "minimize").trials[0]
    assert (trial.status, trial.value, trial.reason) == ("discard", 2.5, "no gain")
