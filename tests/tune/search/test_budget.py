"""What a search may use, as a person writes it."""

from __future__ import annotations

import pytest

from orgloop.errors import UserError
from orgloop.tune.search.budget import search_budget


@pytest.mark.parametrize(
    ("written", "trials", "wall_s", "text"),
    [
        ("300", 300, None, "300 trials"),
        ("12 trials", 12, None, "12 trials"),
        ("20min", None, 1200.0, "20 minutes"),
        ("1h 30min", None, 5400.0, "90 minutes"),
    ],
)
def test_trials_and_times_are_read(
    written: str, trials: int | None, wall_s: float | None, text: str
) -> None:
    budget = search_budget(written)
    assert (budget.trials, budget.wall_s, budget.text) == (trials, wall_s, text)


@pytest.mark.parametrize("written", ["", "0", "soon", "-3"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(UserError, match="--budget cannot be"):
        search_budget(written)


def test_trials_are_counted_before_they_begin() -> None:
    budget = search_budget("10")
    assert budget.allows(10) and not budget.allows(11)
    budget.spent = 9
    assert budget.allows(1) and not budget.allows(2)
