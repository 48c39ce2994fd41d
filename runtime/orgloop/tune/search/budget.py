"""What a search may use: trials, or time on the clock."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from orgloop.errors import UserError
from orgloop.units import seconds

_TRIALS = re.compile(r"\s*(\d+)\s*(?:trials?)?\s*")


@dataclass(slots=True)
class SearchBudget:
    """Counts what was spent; whichever is given ends the search."""

    trials: int | None = None
    """Those that an earlier call has finished count as well, so the search ends where it did."""
    wall_s: float | None = None
    """Of this call."""
    spent: int = 0
    _began: float = field(default_factory=time.monotonic)

    def allows(self, more: int) -> bool:
        """Whether so many further trials may begin."""
        if self.trials is not None and self.spent + more > self.trials:
            return False
        return self.wall_s is None or time.monotonic() - self._began < self.wall_s

    @property
    def text(self) -> str:
        """In words."""
        if self.trials is not None:
            return f"{self.trials} trials"
        return "no bound" if self.wall_s is None else f"{self.wall_s / 60:g} minutes"


def search_budget(written: str) -> SearchBudget:
    """``300`` or ``300 trials``, ``20min`` or ``2h``; raises UserError for anything else."""
    if (counted := _TRIALS.fullmatch(written)) is not None and int(counted[1]) > 0:
        return SearchBudget(trials=int(counted[1]))
    try:
        return SearchBudget(wall_s=seconds(written))
    except ValueError:
        raise UserError(
            f"--budget cannot be {written!r}.",
            hint="Give a number of trials, such as `300`, or a time, such as `20min`.",
        ) from None
