"""A budget on one line."""

from __future__ import annotations

import pytest

from orgloop.charter import Budget
from orgloop.errors import UserError
from orgloop_tui.model.budgets import asked_budget, bounded


def test_what_is_shown_can_be_sent_back() -> None:
    budget = Budget(experiments=24, hours=1.5, usd=3.0)
    assert bounded(budget) == "24 experiments, 1.5 hours, 3 usd"
    assert asked_budget(bounded(budget)) == {"experiments": 24, "hours": 1.5, "usd": 3}
    assert bounded(Budget()) == ""


def test_a_number_alone_is_of_experiments_and_units_may_be_short() -> None:
    assert asked_budget("48") == {"experiments": 48}
    assert asked_budget("1 hour, 2_000 tok") == {"hours": 1, "tokens": 2000}


@pytest.mark.parametrize("text", ["", "many", "3 cats", "-4", "0 hours", "1.2.3", "5 usd,"])
def test_what_is_no_budget_is_said(text: str) -> None:
    with pytest.raises(UserError, match="is no budget"):
        asked_budget(text)
