"""What requests need of whoever keeps walks going."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Protocol

from orgloop.graph.suspend import Halt
from orgloop.ledger import ExperimentRow


class Walks(Protocol):
    """The walks of one session."""

    def halt(self, experiment: ExperimentRow, halt: Halt) -> None:
        """End an experiment that is in flight; said again, it changes nothing."""
        ...

    async def take_up(self) -> None:
        """Go on with the walks that were set down because too little was left to pay for them."""
        ...

    def begin_task(self, work: Coroutine[None, None, None], name: str) -> None:
        """Do ``work`` beside the walks: the session does not end before it has."""
        ...

    def going(self, name: str) -> bool:
        """Whether a walk or a task of this name goes on."""
        ...
