"""The event `question_answered`."""

from __future__ import annotations

from typing import Literal

from orgloop.events.base import EventBase


class QuestionAnswered(EventBase):
    """A person has answered; the lab takes the walk up again when it looks next."""

    kind: Literal["question_answered"] = "question_answered"
    question: int
    node: str
    decision: str | None = None
    by: str = ""
