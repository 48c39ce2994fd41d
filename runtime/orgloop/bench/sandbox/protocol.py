"""The one thing a sandbox does: turn a command into a command that runs it in a box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from orgloop.bench.protocol import Step

JOB_VARIABLE = "ORGLOOP_JOB"
"""Holds the job's id in the environment of everything that belongs to it, sandboxes included."""


class Sandbox(Protocol):
    """A way to confine a step."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def sealed(self) -> bool:
        """Whether a box is enforced, and not only limits."""
        ...

    @property
    def filtered(self) -> bool:
        """Whether it expects a filter of system calls from the supervisor."""
        ...

    @property
    def warning(self) -> str:
        """What a person must know before they rely on it; empty where there is nothing."""
        ...

    def in_memory(self, step: Step) -> Sequence[str]:
        """Writable directories of the step's that live in memory, and are its own."""
        ...

    def wrap(self, step: Step, argv: Sequence[str]) -> list[str]:
        """The command line to execute in place of ``argv``."""
        ...
