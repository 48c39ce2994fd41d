import pytest

from orgloop.engines.embedded.tidy import tidy_float, tidy_int, tidy_near_one


@pytest.mark.parametrize(
    ("value", "tidy"),
    [(0.00283, 0.003), (0.0561, 0.06), (1.37, 1.5), (9.6e-8, 1e-7), (-0.21, -0.2), (0.0, 0.0)],
)
def test_a_number_is_taken_to_one_that_a_person_would_write(value: float, tidy: float) -> None:
    assert tidy_float(value) == pytest.approx(tidy)


def test_beside_one_it_is_what_is_missing_that_is_tidied() -> None:
    assert tidy_near_one(0.9483) == pytest.approx(0.95)
    assert tidy_near_one(1.0) == 1.0


@pytest.mark.parametrize(
    ("value", "like", "tidy"),
    [(171, 256, 160), (362, 256, 384), (7, 10, 7), (29, 20, 30), (141, 100, 150), (37, 37, 37)],
)
def test_sizes_are_even_parts_of_powers_of_two(value: int, like: int, tidy: int) -> None:
    assert tidy_int(value, like) == tidy
