"""The lab's answer to a request."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """An answer as it goes on record."""

    state: str
    """``done`` or ``refused``."""
    text: str


def done(text: str) -> Said:
    """It is done; ``text`` says what came of it."""
    return Said("done", text)


def no_reason() -> Said:
    """Refuses what needs a reason, where none was given."""
    return refused("A person who decides says why, and no reason was given.", "Give one.")


def refused(what: str, then: str) -> Said:
    """It is not done: a sentence on what stands in the way, and one on what to do."""
    return Said("refused", f"{what} {then}")
