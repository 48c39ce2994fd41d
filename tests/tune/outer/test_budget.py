"""What a tuning may use, as a person writes it."""

from __future__ import annotations

import pytest

from orgloop.errors import UserError
from orgloop.tune.outer.budget import tune_budget


@pytest.mark.parametrize(
    ("written", "amendments", "hours", "text"),
    [
        ("40", 40, None, "40 amendments"),
        ("1 amendment", 1, None, "1 amendment"),
        ("30min", None, 0.5, "30 minutes"),
        ("1h 30min", None, 1.5, "90 minutes"),
    ],
)
def test_amendments_and_times_are_read(
    written: str, amendments: int | None, hours: float | None, text: str
) -> None:
    budget = tune_budget(written)
    assert (budget.amendments, budget.hours, budget.text) == (amendments, hours, text)


@pytest.mark.parametrize("written", ["", "0", "soon", "-3"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(UserError, match="--budget cannot be"):
        tune_budget(written)
