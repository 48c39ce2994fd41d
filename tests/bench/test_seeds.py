"""Seeds that never meet."""

import pytest

from orgloop.bench import seed_value
from orgloop.bench.seeds import LARGEST_INDEX


def test_no_two_indexes_or_streams_share_a_seed() -> None:
    streams = ("search", "promotion", "audit")
    seeds = [seed_value(5, index, stream) for stream in streams for index in range(3000)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_seed_is_the_same_every_time_and_differs_between_runs() -> None:
    assert seed_value(5, 7, "search") == seed_value(5, 7, "search")
    assert seed_value(5, 7, "search") != seed_value(6, 7, "search")


@pytest.mark.parametrize("index", [-1, LARGEST_INDEX + 1])
def test_an_index_out_of_range_is_refused(index) -> None:
    with pytest.raises(ValueError, match="index"):
        seed_value(1, index, "audit")
