"""What an answer cost, on the step that asked for it: budgets are read from there."""

from __future__ import annotations

from dataclasses import replace

from orgloop.ledger import StepRow
from orgloop.usage import Usage


def charged(row: StepRow, usage: Usage) -> StepRow:
    """``row`` with the tokens and dollars of ``usage`` added."""
    return replace(
        row,
        input_tokens=row.input_tokens + usage.input_tokens,
        cached_tokens=row.cached_tokens + usage.cached_tokens,
        output_tokens=row.output_tokens + usage.output_tokens,
        cost_usd=row.cost_usd + usage.cost_usd,
    )
