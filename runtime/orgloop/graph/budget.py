"""What a run may still use. The baseline is not counted, refused proposals are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orgloop.charter import Budget


@dataclass(frozen=True, slots=True)
class Used:
    """What a run has used so far, over all its sessions."""

    experiments: int = 0
    """Begun, whatever became of them."""
    hours: float = 0.0
    """While a lab ran it; the time in between does not count."""
    tokens: int = 0
    usd: float = 0.0
    unpriced: tuple[str, ...] = ()
    """Models that have answered and whose price nobody knows: ``usd`` is without them."""


@dataclass(frozen=True, slots=True)
class Left:
    """What remains; None where nothing bounds it."""

    experiments: int | None = None
    hours: float | None = None
    tokens: int | None = None
    usd: float | None = None
    unpriced: tuple[str, ...] = ()
    """Models whose cost is not known, where dollars are bounded: nobody can tell what is left."""

    @property
    def text(self) -> str:
        """In words, for a brief and for a person."""
        parts: list[str] = []
        if self.experiments is not None:
            noun = "experiment" if self.experiments == 1 else "experiments"
            parts.append(f"{self.experiments} {noun}")
        if self.hours is not None:
            parts.append(f"{self.hours:.1f} hours")
        if self.tokens is not None:
            parts.append(f"{self.tokens:,} tokens")
        if self.usd is not None:
            parts.append(f"${self.usd:.2f}")
        return f"{', '.join(parts)} left" if parts else "no limit; the run goes on until stopped"

    @property
    def spent(self) -> str:
        """What is used up, in a sentence; empty while the run may go on."""
        if self.experiments == 0:
            return "The budget of experiments is used up."
        if self.hours is not None and self.hours <= 0:
            return "The budget of hours is used up."
        return self.spent_by_models

    @property
    def spent_by_models(self) -> str:
        """What keeps models from being asked, in a sentence; empty while they may be."""
        if self.unpriced:
            models = ", ".join(f"`{model}`" for model in self.unpriced)
            return (
                f"What {models} costs is not known, so the budget of dollars cannot be kept. "
                "`orgloop doctor` says how to set a price."
            )
        if self.tokens == 0:
            return "The budget of tokens is used up."
        if self.usd is not None and self.usd <= 0:
            return "The budget of dollars is used up."
        return ""


@dataclass(slots=True)
class RunBudget:
    """The limits of a run, and the way to know what it has used."""

    limits: Budget
    """A person may raise them while the run goes on."""
    used: Callable[[], Used]
    """Reads the ledger, so it is called on the ledger's thread."""

    def left(self) -> Left:
        """What remains now; never below zero."""
        limits, used = self.limits, self.used()
        return Left(
            experiments=_less(limits.experiments, used.experiments),
            hours=None if limits.hours is None else max(0.0, limits.hours - used.hours),
            tokens=_less(limits.tokens, used.tokens),
            usd=None if limits.usd is None else max(0.0, limits.usd - used.usd),
            unpriced=() if limits.usd is None else used.unpriced,
        )


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)
