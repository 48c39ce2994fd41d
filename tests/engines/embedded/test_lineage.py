from orgloop.engines import Trial
from orgloop.engines.embedded.lineage import base_of, measured_at, origin_of, start_of
from orgloop.engines.embedded.survey import survey
from orgloop.engines.protocol import Json
from orgloop.engines.tunables import discover
from orgloop.testing.requests import a_task
from orgloop.testing.sample import HOME, sample_evidence, sample_files

LR, WIDTH = "train.py:LEARNING_RATE", "train.py:WIDTH"
AXES = survey(discover(sample_files(), a_task()), a_task(), sample_evidence()).axes
START: dict[str, Json] = {**HOME, LR: 5e-4, WIDTH: 32}
"""The incumbent has both changes: e0001 was kept, and e0002 was put on top of it and kept."""
FIRST = Trial("e0001", {**START, LR: 1e-3}, 1.1, "keep", replaced={LR: 5e-4})
SECOND = Trial("e0002", {**START, WIDTH: 64}, 1.0, "keep", replaced={WIDTH: 32})
DEPTH = "train.py:DEPTH"
THIRD = Trial("e0003", {**HOME, WIDTH: 32, DEPTH: 5}, 1.2, "discard", replaced={DEPTH: 4})
TRIALS = [FIRST, SECOND, THIRD]


def test_an_experiments_own_change_is_what_it_replaced() -> None:
    origin = origin_of(AXES, HOME, SECOND)  # type: ignore[arg-type]
    assert origin.own == {WIDTH: 64}
    assert origin.was == {WIDTH: 32}


def test_one_that_does_not_say_is_read_against_the_incumbent() -> None:
    silent = Trial("e0005", {**HOME, LR: 2e-3}, 1.0, "discard")
    assert origin_of(AXES, HOME, silent).own == {LR: 2e-3}  # type: ignore[arg-type]
    assert base_of(silent) == silent.params


def test_the_start_of_the_run_follows_from_the_first_experiments() -> None:
    assert start_of(AXES, HOME, TRIALS) == START  # type: ignore[arg-type]


def test_a_keep_that_was_put_on_a_newer_incumbent_is_where_it_was_measured_in_the_end() -> None:
    assert measured_at(HOME, FIRST, TRIALS[1:])[LR] == 1e-3  # type: ignore[arg-type]
    second = measured_at(HOME, SECOND, [THIRD])  # type: ignore[arg-type]
    assert {key: second[key] for key in HOME} == HOME


def test_a_walk_that_began_before_a_keep_does_not_look_as_if_it_had_undone_it() -> None:
    late = Trial("e0004", {**START, WIDTH: 128}, 1.3, "discard", replaced={WIDTH: 32})
    space = discover(sample_files(), a_task())
    view = survey(space, a_task(), sample_evidence(FIRST, SECOND, late))
    assert [one.trial.experiment for one in view.about(LR)] == ["e0001"]
