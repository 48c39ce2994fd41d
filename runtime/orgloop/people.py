"""Asking a person: between what thinks and the record, which do not know each other.

An engine finds whom to ask in its request and asks; the runtime files the question, sets the walk
down, and asks the engine anew once there is an answer. So an engine that asks must be ready to
begin again, and ends its work there: nothing is held while a person takes days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person answered."""

    decision: str | None
    """One of the decisions that were offered; None where there were none."""
    note: str
    """Markdown, never empty."""
    title: str | None = None
    edits: Mapping[str, bytes | None] = field(default_factory=dict)
    """New content by path relative to the lab; None deletes the file."""
    by: str = ""


class People(Protocol):
    """Whoever answers for one seat of one visit."""

    async def ask(self, text: str, *, decisions: tuple[str, ...], may_edit: bool) -> Reply:
        """The answer to ``text``, Markdown; one question to a visit, whatever its text.

        Raises :class:`NotAnswered` until there is one: let it through.
        """
        ...


class NotAnswered(Exception):
    """Nobody has answered yet, so the walk is set down until somebody does.

    Not an error and so not in :mod:`orgloop.errors`.
    """
