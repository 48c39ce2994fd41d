import pytest

from orgloop.engines.embedded.priors import custom_of, cut_short, liked, way_of
from orgloop.testing.requests import a_task


@pytest.mark.parametrize("name", ["LEARNING_RATE", "--lr", "config.optimizer.max_lr"])
def test_a_learning_rate_is_known_by_its_usual_names(name: str) -> None:
    assert custom_of(name).matters > custom_of("ADAM_EPS").matters
    assert way_of(name, short=False) > 0


@pytest.mark.parametrize("name", ["HIDDEN", "n_embd", "CONTEXT", "DROPOUT"])
def test_training_that_is_cut_short_asks_for_no_more_size(name: str) -> None:
    assert way_of(name, short=True) <= 0


def test_a_warm_up_and_a_warm_down_are_different_things() -> None:
    assert way_of("WARM_DOWN", short=True) > 0 >= way_of("WARM_UP", short=True)


def test_a_tasks_limit_says_whether_training_is_cut_short() -> None:
    assert cut_short(a_task(limits={"cpu": "6s"}))
    assert cut_short(a_task(limits={"wall": "60s"}))
    assert not cut_short(a_task())


def test_of_most_choices_nothing_is_known() -> None:
    assert liked("relu") > liked("tanh") == liked(3) == 0
