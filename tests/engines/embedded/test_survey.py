import numpy as np
import pytest

from orgloop.engines import Evidence, Trial
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.tunables import discover
from orgloop.errors import EngineError
from orgloop.testing.requests import a_task
from orgloop.testing.sample import HOME, sample_evidence, sample_files, sample_trial

LR = "train.py:LEARNING_RATE"


def read(evidence: Evidence) -> Survey:
    return survey(discover(sample_files(), a_task()), a_task(), evidence)


def test_a_run_without_trials_can_be_read() -> None:
    view = read(Evidence())
    assert view.home == HOME
    assert not view.noise_known
    assert view.noise > 0


def test_gains_are_against_the_incumbent_and_follow_the_goal() -> None:
    trials = [sample_trial(1, 0.9, LEARNING_RATE=2e-3), sample_trial(2, 1.2, WIDTH=128)]
    view = read(sample_evidence(*trials))
    assert [one.gain for one in view.tried] == pytest.approx([0.1, -0.2])
    assert view.about(LR)[0].changes == {LR: 2e-3}
    task = a_task(goal="maximize")
    other = survey(discover(sample_files(), task), task, sample_evidence(*trials))
    assert [one.gain for one in other.tried] == pytest.approx([-0.1, 0.2])


def test_the_model_expects_more_where_a_trial_gained_and_less_where_one_crashed() -> None:
    view = read(
        sample_evidence(
            sample_trial(1, 0.9, LEARNING_RATE=2e-3), sample_trial(2, None, "crash", DEPTH=6)
        )
    )
    points = [view.point({LR: 2e-3}), view.point({"train.py:DEPTH": 6}), view.point({})]
    up, crash, home = view.surface.predict(np.array(points))[0]
    assert up > 0.03
    assert crash < -0.01
    assert abs(home) < 0.02


def test_a_run_that_blew_up_does_not_drown_the_others() -> None:
    view = read(
        sample_evidence(
            sample_trial(1, 0.95, LEARNING_RATE=2e-3), sample_trial(2, 1e9, LEARNING_RATE=8e-3)
        )
    )
    assert view.surface.predict(np.array([view.point({LR: 2e-3})]))[0][0] > 0


def test_points_measured_and_in_flight_are_taken() -> None:
    view = read(
        sample_evidence(
            sample_trial(1, 0.9, LEARNING_RATE=2e-3),
            sample_trial(2, None, "running", WIDTH=128),
        )
    )
    assert view.is_taken({})
    assert view.is_taken({LR: 0.002})
    assert view.is_taken({"train.py:WIDTH": 128})
    assert not view.is_taken({"train.py:WIDTH": 256})
    assert [one.trial.experiment for one in view.running] == ["e0002"]


def test_trials_of_other_code_count_by_the_tunables_that_both_have() -> None:
    shared = {key: value for key, value in HOME.items() if key != "train.py:DEPTH"}
    view = read(
        sample_evidence(
            Trial("e0001", {**shared, LR: 2e-3, "train.py:OLD": 3}, 0.9, "discard"),
            Trial("e0002", {"train.py:OLD": 3}, 0.5, "keep"),
            Trial("e0003", {}, 0.5, "keep"),
        )
    )
    assert [one.trial.experiment for one in view.tried] == ["e0001"]


def test_a_long_history_is_read_through_a_window() -> None:
    trials = [sample_trial(n, 1.0 + n, LEARNING_RATE=1e-3 * (1 + n / 100)) for n in range(1, 200)]
    assert len(read(sample_evidence(*trials)).tried) == 40


def test_a_task_with_nothing_to_tune_says_so_and_names_the_ways_out() -> None:
    files = sample_files("import this\n")
    with pytest.raises(EngineError, match="nothing to tune") as caught:
        survey(discover(files, a_task()), a_task(), Evidence())
    assert "tunables:" in caught.value.hint
    assert "orgloop run --model" in caught.value.hint


def test_values_that_cannot_be_hashed_are_read_all_the_same() -> None:
    odd = Trial("e0001", {**HOME, "train.py:WIDTH": [64, 64]}, 0.9, "discard")
    assert read(sample_evidence(odd)).tried[0].changes == {}


def test_points_to_avoid_are_taken_in_this_reading_only() -> None:
    space, point = discover(sample_files(), a_task()), {**HOME, LR: 2e-3}
    once = survey(space, a_task(), sample_evidence(), avoid=[point])
    assert once.is_taken({LR: 2e-3})
    assert not survey(space, a_task(), sample_evidence()).is_taken({LR: 2e-3})
