"""What an answer cost, on the step that asked for it: budgets are read from there."""

from __future__ import annotations

from dataclasses import replace

from orgloop.engines.protocol import Usage
from orgloop.ledger import StepRow


def charged(row: StepRow, usage: Usage) -> StepRow:
    """``row`` with the tokens and dollars of ``usage`` added: a visit may ask twice."""
    return replace(
        row,
        input_tokens=row.input_tokens + usage.input_tokens,
        cached_tokens=row.cached_tokens + usage.cached_tokens,
        output_tokens=row.output_tokens + usage.output_tokens,
        cost_usd=row.cost_usd + usage.cost_usd,
    )
