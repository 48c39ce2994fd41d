"""How ``adopt`` asks what it cannot know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered."""

    value: str
    said: str = ""
    """What speaks for it, in a few words."""


class Asker(Protocol):
    """Whoever answers: a person at a terminal, or nobody."""

    def choose(self, question: str, choices: Sequence[Choice], *, flag: str) -> str:
        """One of the choices, the first of which is the best guess, or other text.

        ``flag`` is the option that answers beforehand. Raises
        :class:`~orgloop.errors.UserError` where nobody answers and there is no guess.
        """
        ...

    def say(self, text: str) -> None:
        """Tell what happens."""
        ...

    def show(self, text: str) -> None:
        """Show what the trial run printed, as it came: untrusted text."""
        ...
