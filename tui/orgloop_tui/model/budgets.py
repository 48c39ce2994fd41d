"""A budget as a person writes it on one line: ``48 experiments, 2.5 hours``."""

from __future__ import annotations

import re

from orgloop.charter import Budget
from orgloop.errors import UserError

UNITS = ("experiments", "hours", "tokens", "usd")
_PART = re.compile(r"\s*([\d_.]+)\s*([a-z]*)\s*")


def bounded(budget: Budget) -> str:
    """What bounds a run, on one line; empty for nothing."""
    limits = [(getattr(budget, unit), unit) for unit in UNITS]
    return ", ".join(_written(limit, unit) for limit, unit in limits if limit is not None)


def _written(limit: float, unit: str) -> str:
    return f"{limit if isinstance(limit, int) else format(limit, 'g')} {unit}"


def asked_budget(text: str) -> dict[str, object]:
    """What is asked for, by unit. Raises UserError for what is no budget.

    A number alone is of experiments. Commas stand between two of them, so none may stand within.
    """
    found: dict[str, object] = {}
    for part in text.lower().split(","):
        match = _PART.fullmatch(part)
        unit = (match[2] or UNITS[0]) if match else ""
        name = next((name for name in UNITS if unit and name.startswith(unit.rstrip("s"))), None)
        try:
            number = float(match[1]) if match else 0.0
        except ValueError:
            number = 0.0
        if name is None or number <= 0:
            raise UserError(
                f"`{part.strip()}` is no budget.", hint="Write it as `48 experiments, 2.5 hours`."
            )
        found[name] = int(number) if number.is_integer() else number
    return found
