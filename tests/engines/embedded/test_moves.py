import random

from orgloop.engines import Trial
from orgloop.engines.embedded.joining import combinations
from orgloop.engines.embedded.moves import best_move, pick, values_near
from orgloop.engines.embedded.record import back_from, busy, lost_before, near_misses
from orgloop.engines.embedded.survey import Survey, survey
from orgloop.engines.protocol import Json
from orgloop.engines.tunables import discover
from orgloop.testing.requests import a_task
from orgloop.testing.sample import HOME, sample_evidence, sample_files

LR, WIDTH, DEPTH = "train.py:LEARNING_RATE", "train.py:WIDTH", "train.py:DEPTH"
NESTEROV = "train.py:USE_NESTEROV"


def began(
    number: int, value: float | None, status: str, sets: dict[str, Json], **was: Json
) -> Trial:
    """A trial that says what it replaced: the incumbent's values, but for those in ``was``."""
    replaced = {key: was.get(key.partition(":")[2], HOME[key]) for key in sets}
    return Trial(f"e{number:04}", {**HOME, **sets}, value, status, replaced=replaced)


def read(*trials: Trial) -> Survey:
    return survey(discover(sample_files(), a_task()), a_task(), sample_evidence(*trials))


def test_the_way_back_from_a_keep_is_no_candidate() -> None:
    view = read(began(1, 1.0, "keep", {LR: 1e-3}, LEARNING_RATE=5e-4))
    assert back_from(view, {LR: 5e-4})
    assert back_from(view, {LR: 7e-4, WIDTH: 128})
    assert not back_from(view, {LR: 2e-3})
    assert pick(view, [{LR: 6e-4}], random.Random(0)) is None


def test_unless_what_was_measured_since_speaks_for_it() -> None:
    view = read(
        began(1, 1.0, "keep", {LR: 1e-3}, LEARNING_RATE=5e-4),
        began(2, 0.9, "discard", {LR: 8e-4}),
        began(3, 1.2, "discard", {LR: 1.5e-3}),
    )
    move = pick(view, [{LR: 7e-4}], random.Random(0))
    assert move is not None
    assert move.expected > move.sd


def test_a_choice_that_was_replaced_stays_so() -> None:
    view = read(began(1, 1.0, "keep", {NESTEROV: False}, USE_NESTEROV=True))
    assert back_from(view, {NESTEROV: True})
    moves = [best_move(view, 1.0, random.Random(seed)) for seed in range(10)]
    assert all(move is not None and NESTEROV not in move.changes for move in moves)


def test_only_what_measured_as_a_gain_is_joined() -> None:
    view = read(
        began(1, 0.995, "discard", {LR: 2e-3}),
        began(2, 0.99, "discard", {WIDTH: 128}),
        began(3, 1.01, "discard", {DEPTH: 5}),
        began(4, None, "crash", {DEPTH: 6}),
    )
    assert [one.trial.experiment for one in near_misses(view)] == ["e0002", "e0001"]
    assert combinations(view) == [{WIDTH: 128, LR: 2e-3}]


def test_a_near_miss_whose_constant_a_keep_has_moved_since_is_not_joined() -> None:
    view = read(
        began(1, 1.15, "discard", {LR: 7e-4}, LEARNING_RATE=5e-4),
        began(2, 1.0, "keep", {LR: 1e-3}, LEARNING_RATE=5e-4),
    )
    assert near_misses(view) == []


def test_the_same_loss_is_not_asked_for_twice() -> None:
    view = read(began(1, 1.05, "discard", {LR: 2e-3}), began(2, None, "crash", {WIDTH: 256}))
    assert lost_before(view, {LR: 2e-3})
    assert lost_before(view, {WIDTH: 256})
    assert not lost_before(view, {LR: 4e-3})


def test_what_is_in_flight_is_left_to_its_walk() -> None:
    view = read(began(1, None, "running", {LR: 2e-3}), began(2, None, "running", {WIDTH: 128}))
    assert busy(view) == {LR, WIDTH}
    for seed in range(10):
        move = best_move(view, 1.0, random.Random(seed))
        assert move is not None
        assert not {LR, WIDTH} & move.changes.keys()


def test_only_a_long_drought_allows_joint_leaps() -> None:
    trials = [
        began(n, 1.1, "discard", sets)
        for n, sets in enumerate(({LR: 2e-3}, {LR: 5e-4}, {WIDTH: 128}, {WIDTH: 32}, {DEPTH: 5}))
    ]
    usual = [best_move(read(*trials), 1.0, random.Random(seed), streak=1) for seed in range(10)]
    assert all(move is not None and len(move.changes) == 1 for move in usual)


def test_values_near_are_distinct_and_never_the_present_one() -> None:
    axis = read().axis(DEPTH)
    assert axis is not None
    assert values_near(axis, [0.1, 0.2, -0.1, 0.0]) == [5, 3]
