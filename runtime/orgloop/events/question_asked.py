"""The event `question_asked`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class QuestionAsked(EventBase):
    """A person is asked something, and its walk waits for the answer."""

    kind: Literal["question_asked"] = "question_asked"
    question: int
    """The row's id in ``questions``; people see ``q3`` for 3."""
    node: str
    decisions: tuple[str, ...] = ()
