import pytest

from orgloop.engines.embedded.axes import Axis, axis_of, same, written
from orgloop.engines.tunables import discover
from orgloop.testing.requests import FilesInMemory, a_task


def axis(line: str) -> Axis:
    (tunable,) = discover(FilesInMemory({"train.py": line + "\n"}), a_task())
    made = axis_of(tunable)
    assert made is not None
    return made


def test_a_step_on_a_scale_of_ratios_is_a_factor_of_two() -> None:
    lr = axis("LEARNING_RATE = 1e-3")
    assert lr.stepped(1.0) == pytest.approx(2e-3)
    assert lr.stepped(-1.0) == pytest.approx(5e-4)
    assert (lr.place(4e-3) or 0) - lr.here == pytest.approx(2.0)


def test_a_step_stays_inside_the_range() -> None:
    lr = axis("LEARNING_RATE = 1e-3")
    assert lr.stepped(50.0) == lr.tunable.high
    assert lr.stepped(-50.0) == lr.tunable.low


def test_a_small_step_of_a_whole_number_still_moves_it() -> None:
    depth = axis("DEPTH = 4")
    assert depth.stepped(0.1) == 5
    assert depth.stepped(-0.1) == 3
    assert axis("WIDTH = 64").stepped(0.2) == 128


def test_values_come_out_tidy() -> None:
    assert axis("SCALE = 0.1").stepped(0.4) == pytest.approx(0.12)
    assert axis("HIDDEN = 256  # 32..512 log").stepped(-0.75) == 160
    assert axis("BETA2 = 0.99").stepped(1.0) == pytest.approx(0.995)
    assert axis("LEARNING_RATE = 2e-3").stepped(0.6) == pytest.approx(3e-3)


def test_a_switch_has_another_side_and_no_order() -> None:
    nesterov = axis("USE_NESTEROV = True")
    assert not nesterov.ordered
    assert nesterov.place(True) != nesterov.place(False)
    assert {nesterov.value_at(0), nesterov.value_at(1)} == {True, False}


def test_a_value_of_another_kind_has_no_place() -> None:
    lr = axis("LEARNING_RATE = 1e-3")
    assert [lr.place(value) for value in (None, "fast", True, float("nan"), [1])] == [None] * 5
    assert axis("USE_NESTEROV = True").place("yes") is None


def test_a_learning_rate_matters_more_than_an_epsilon_before_anything_is_known() -> None:
    assert axis("LEARNING_RATE = 1e-3").relevance > axis("ADAM_EPS = 1e-8").relevance


def test_numbers_are_the_same_across_json_and_switches_are_not_numbers() -> None:
    assert same(1, 1.0)
    assert same(0.1 + 0.2, 0.3)
    assert not same(True, 1)
    assert not same("1", 1)
    assert written(0.002) == "0.002"
    assert written(2e-5) == "2e-5"


def test_a_step_of_a_short_range_of_whole_numbers_is_one() -> None:
    layers = axis("HIDDEN_LAYERS = 2  # 1..3")
    assert layers.steps == 2
    assert layers.stepped(0.3) == 3
