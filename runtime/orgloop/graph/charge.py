"""What an answer cost, on the step that asked for it: budgets are read from there."""

from __future__ import annotations

from dataclasses import replace

from orgloop.engines.protocol import Usage
from orgloop.ledger import StepRow


def charged(row: StepRow, usage: Usage) -> StepRow:
    """``row`` with the tokens and dollars of ``usage``."""
    return replace(
        row,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
    )
