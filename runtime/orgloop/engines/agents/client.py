"""What the engine knows of a client, whichever it is: how it is asked, and what it said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from orgloop.desk import Program, Served
from orgloop.engines.protocol import Json, Usage
from orgloop.role import Role


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to a client."""

    prompt: str
    role: Role
    model: str
    """As the client knows it; empty leaves it to the client."""
    schema: Mapping[str, Json]
    """JSON Schema of the answer."""
    session: str = ""
    """The session to go on with; empty begins one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a client said, read from its output."""

    text: str = ""
    """Its last words."""
    answer: Mapping[str, Json] | None = None
    """The answer by the schema, where the client brings it itself."""
    session: str = ""
    usage: Usage = field(default_factory=Usage)
    since_the_beginning: bool = False
    """Whether ``usage`` is that of the session, what was paid before it was resumed included."""
    error: str = ""
    """What went wrong, as the client words it; empty where nothing did."""
    status: int | None = None
    """The API's HTTP status behind the error, where the client says."""
    until: float | None = None
    """Unix time at which a limit resets, where the client says."""


class Client(Protocol):
    """One coding agent."""

    @property
    def title(self) -> str:
        """Its name as people say it: ``Claude Code``."""
        ...

    @property
    def login(self) -> str:
        """How a person logs in, in a sentence."""
        ...

    def program(self, asking: Asking, environment: Mapping[str, str]) -> Program:
        """The program to run at the desk, with a copy of the login.

        ``environment`` is the lab's. Raises :class:`~orgloop.errors.EngineError` where the
        client, or its settings, cannot be used.
        """
        ...

    def priced(self, model: str) -> str:
        """``model`` as price lists name it, ``provider:model``; empty where nobody knows."""
        ...

    def read(self, served: Served) -> Heard:
        """What it said; never raises for what that is."""
        ...
