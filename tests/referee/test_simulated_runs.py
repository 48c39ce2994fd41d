"""Small seeded simulations, with margins wide enough never to be chance."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "referee.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("referee_benchmark", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_where_nothing_helps_almost_nothing_is_kept_and_greedy_keeps_luck(
    bench: ModuleType,
) -> None:
    null = bench.Landscape("null", 1.0, 0.0, 0.0)
    ours = sum(bench.simulate("significant", null, 100, seed).false for seed in range(5)) / 5
    greedy = sum(bench.simulate("greedy", null, 100, seed).false for seed in range(5)) / 5
    assert ours <= 1.5
    assert greedy >= 2.5


def test_under_noise_it_gets_as_far_as_greedy_on_a_third_of_its_false_keeps(
    bench: ModuleType,
) -> None:
    land = bench.Landscape("noise 0.5", 0.5)
    ours = [bench.simulate("significant", land, 150, seed) for seed in range(5)]
    greedy = [bench.simulate("greedy", land, 150, seed) for seed in range(5)]
    assert sum(o.true for o in ours) > 0.8 * sum(o.true for o in greedy)
    assert 3 * sum(o.false for o in ours) <= sum(o.false for o in greedy)
    assert abs(sum(o.bias for o in ours) / 5) < 0.3 < sum(o.bias for o in greedy) / 5


@pytest.mark.slow
def test_where_seeds_shift_all_commits_alike_pairing_them_gets_further(bench: ModuleType) -> None:
    # Nine tenths of the noise's variance is the seed's: unpaired, both tasks are the same.
    shared, plain = bench.Landscape("", 1.0, shared=0.9), bench.Landscape("", 1.0)
    paired = sum(bench.simulate("significant", shared, 200, seed).true for seed in range(4))
    unpaired = sum(bench.simulate("significant", plain, 200, seed).true for seed in range(4))
    assert paired > unpaired + 8
