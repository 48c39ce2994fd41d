"""What a tuning may use: amendments that are tried, or time on the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orgloop.errors import UserError
from orgloop.units import seconds

_COUNTED = re.compile(r"\s*(\d+)\s*(?:amendments?)?\s*")


@dataclass(frozen=True, slots=True)
class TuneBudget:
    """The budget of the tuning lab's run; whichever is given ends it."""

    amendments: int | None = None
    hours: float | None = None
    """On the clock, of all calls together."""

    @property
    def text(self) -> str:
        """In words."""
        if self.amendments is not None:
            return "1 amendment" if self.amendments == 1 else f"{self.amendments} amendments"
        return "no bound" if self.hours is None else f"{self.hours * 60:g} minutes"


def tune_budget(written: str) -> TuneBudget:
    """``40`` or ``40 amendments``, ``20min`` or ``2h``; raises UserError for anything else."""
    if (counted := _COUNTED.fullmatch(written)) is not None and int(counted[1]) > 0:
        return TuneBudget(amendments=int(counted[1]))
    try:
        return TuneBudget(hours=seconds(written) / 3600)
    except ValueError:
        raise UserError(
            f"--budget cannot be {written!r}.",
            hint="Give a number of amendments, such as `40`, or a time, such as `20min`.",
        ) from None
