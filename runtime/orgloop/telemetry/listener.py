"""Who is told what happens in a run."""

from __future__ import annotations

from typing import Protocol

from orgloop.events import Event
from orgloop.ledger import Ledger


class Listener(Protocol):
    """Told every event of one run, in order, from one thread. It may raise whatever it likes."""

    @property
    def name(self) -> str:
        """What a person knows it by."""
        ...

    def hear(self, event: Event, ledger: Ledger) -> None:
        """Take in one event; ``ledger`` is for what the event does not say."""
        ...

    def close(self) -> None:
        """The run is over or set down: send what is left, within seconds."""
        ...
