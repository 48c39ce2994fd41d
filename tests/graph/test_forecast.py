"""What the next answer may cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orgloop.graph.forecast import likely_most, next_call, next_experiment
from orgloop.ledger import CallRow, ExperimentRow
from orgloop.prices import Prices, Rate

PRICES = Prices({"openai:x": Rate(input=1, output=10)})


def call(tokens: int, cost: float | None, node: str = "pi", engine: str = "openai:x") -> CallRow:
    return CallRow("r1", "e0001", node, 1, 0, 0.0, 1.0, engine, engine, tokens, 0, 0, 0, cost)


def test_before_any_answer_the_brief_is_counted_at_list_price() -> None:
    need = next_call("pi", "openai:x", "x" * 30_000, [], PRICES)
    assert need.tokens == 10_000 + 1_000 + 3_000
    assert need.usd == pytest.approx((11_000 * 1 + 3_000 * 10) / 1e6)
    assert next_call("pi", "openai:other", "x", [], PRICES).usd is None


def test_afterwards_it_is_the_mean_and_spread_of_what_is_alike() -> None:
    calls = [call(100, 0.1), call(110, 0.2), call(120, 0.3), call(9999, 9.0, node="critic")]
    need = next_call("pi", "openai:x", "", calls, PRICES)
    assert need.tokens == pytest.approx(110 + 2 * 10)
    assert need.usd == pytest.approx(0.2 + 2 * 0.1)


def test_one_answer_says_little_and_half_as_much_again_is_held() -> None:
    assert likely_most([10.0]) == 15.0
    assert next_call("pi", "openai:x", "", [call(10, None)], PRICES).usd is None


def test_an_experiment_is_likely_what_the_latest_were() -> None:
    assert next_experiment([], [], {"pi": 1}) is None
    rows = [
        ExperimentRow("r1", f"e{n:04}", 1, "b", 0.0, "keep", tokens=100 * n, cost_usd=float(n))
        for n in (1, 2, 3)
    ]
    likely = next_experiment(rows, [], {"pi": 1})
    assert likely is not None and likely.usd == pytest.approx(2 + 2 * 1)


def test_experiments_that_ended_early_do_not_make_the_next_one_cheap() -> None:
    ended = [ExperimentRow("r1", "e0001", 1, "b", 0.0, "discard", tokens=1, cost_usd=0.01)]
    calls = [call(100, 0.1), call(300, 0.3, node="critic")]
    likely = next_experiment(ended, calls, {"pi": 1, "critic": 1, "reviewer": 3})
    assert likely is not None
    assert likely.usd == pytest.approx(2 * (0.1 + 0.3 + 3 * 0.3))
    assert likely.tokens == pytest.approx(2 * (100 + 300 + 900))
    measured = [replace(ended[0], value=1.0)] * 3
    once = next_experiment(measured, calls, {"pi": 1, "critic": 1})
    assert once is not None and once.usd == pytest.approx(0.1 + 0.3)
