"""What a cluster has to be able to do so that the bench can use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class QueueDown(Exception):
    """The cluster does not answer, or takes nothing more for now: it is asked again later."""


class Refused(Exception):
    """The cluster will not take such a job; the message is in its own words."""


class Phase(StrEnum):
    """How far a submission is."""

    WAITING = "waiting"
    RUNNING = "running"
    GONE = "gone"
    """It ended, was ended, or was never there: nothing more will come of it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the queue says of one submission."""

    phase: Phase
    why: str = ""
    """In the queue's own words: what it waits for, or how it ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission: what to call on the node, and what it may hold meanwhile."""

    name: str
    """Unique to this submission, so that a lab that died amid submitting finds it again."""
    folder: Path
    """What :func:`orgloop.bench.elsewhere.node.carry_out` is to be called with, on the node."""
    cpus: int
    gpus: int
    memory: int | None
    """Bytes; None where the task has no limit."""
    seconds: float
    """The longest that it can take once it runs."""


class Queue(Protocol):
    """Takes submissions to machines. Its calls block, and come one at a time from one thread."""

    @property
    def name(self) -> str:
        """What `executor:` calls it: ``slurm``."""
        ...

    @property
    def label(self) -> str:
        """What people call it: ``Slurm``."""
        ...

    @property
    def patience(self) -> float:
        """Seconds between two looks, so that many labs do not weigh on it."""
        ...

    def open(self) -> None:
        """Connect. Raises :class:`~orgloop.errors.OrgloopError` where it cannot be used here."""
        ...

    def submit(self, asked: Asked) -> str:
        """Have ``carry_out(asked.folder)`` called once on a node; the handle of the submission.

        Raises :class:`QueueDown` or :class:`Refused`.
        """
        ...

    def find(self, name: str) -> str | None:
        """The handle of the submission of this name; None where the queue has none.

        Raises :class:`QueueDown`.
        """
        ...

    def look(self, handles: Sequence[str]) -> Mapping[str, Sight]:
        """How far they are; one that is left out is gone. Raises :class:`QueueDown`."""
        ...

    def cancel(self, handle: str) -> None:
        """End it, waiting or running: with SIGTERM first, so that it can say so."""
        ...

    def close(self) -> None:
        """Disconnect. Submissions go on."""
        ...
