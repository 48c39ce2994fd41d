"""What the interface is lent by whoever starts it: git, the lab's lock, and a person's pen.

The interface reads the ledger by itself. Everything else, and everything that is written, goes
through here, so that it can be shown, and tested, beside any lab.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from orgloop.ledger import ExperimentRow, QuestionRow, RunRow


class Doors(Protocol):
    """Called from worker threads. Each method raises OrgloopError with what a person should do."""

    def alive(self) -> bool:
        """Whether a process runs the lab."""
        ...

    def diff(self, run: RunRow, experiment: ExperimentRow) -> str:
        """An experiment's change as a unified diff; empty where it has none."""
        ...

    def generation(self, commit: str) -> Mapping[str, bytes]:
        """The files of a generation."""
        ...

    def ask(self, verb: str, experiment: str | None = None, **args: object) -> str:
        """Ask the running lab for something; what was asked, as a sentence."""
        ...

    def tell(self, text: str, role: str | None) -> str:
        """Leave a message for a role, or for whichever reads next; what became of it."""
        ...

    def question(self, row: QuestionRow) -> str:
        """The page that a person answers a question by, in Markdown."""
        ...

    def answer(self, row: QuestionRow, decision: str | None, note: str, title: str) -> str:
        """Answer for a role; what was recorded, as a sentence."""
        ...

    def save(self, path: str, content: bytes) -> str:
        """Write one file of ``org/`` or ``roles/`` into the lab; what becomes of it."""
        ...

    def back(self, run: str, generation: int) -> str:
        """Write a generation's files into the lab; what was written, as a sentence."""
        ...
