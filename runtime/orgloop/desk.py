"""A desk: the checkout that a role works in, and the box that its commands run in.

Between what thinks and the bench, which do not know each other: an engine finds its desk in the
request, the bench makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

OUTPUT_CAP = 20_000
"""Characters of a command's output that an engine is shown."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command."""

    exit_code: int | None
    """None where it was ended before it ended by itself."""
    output: str
    """Stdout and stderr together; the middle is left out where it is too long."""
    why: str = ""
    """What ended it, in a sentence: a limit, a stop; empty where it ended by itself."""
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the person's own that works at a desk and needs the network: a coding agent.

    It gets a home directory of its own at :data:`HOME`, which holds ``files`` and nothing else of
    the person's, and stays the same for all programs of one visit.
    """

    argv: tuple[str, ...]
    """The first is an absolute path."""
    stdin: str = ""
    sees: tuple[Path, ...] = ()
    """Where it is installed, read-only: files and directories beyond the system's."""
    path: tuple[Path, ...] = ()
    """Directories that its ``PATH`` begins with."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What its home holds at first, by path relative to it: settings, a copy of its login."""
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Further variables, which no record on disk keeps."""
    seconds: float = 1800.0
    """On the clock."""


@dataclass(frozen=True, slots=True)
class Served:
    """What became of a program."""

    exit_code: int | None
    """None where it was ended before it ended by itself."""
    output: str
    """Its stdout."""
    errors: str = ""
    """The end of its stderr."""
    why: str = ""
    """What ended it, in a sentence; empty where it ended by itself."""
    wall_s: float = 0.0


HOME = PurePosixPath("/home/agent")
"""Where a program at a desk finds its home directory."""


class Desk(Protocol):
    """One visit's checkout. Used by one engine at a time."""

    @property
    def lab(self) -> Path:
        """The lab in the checkout: where relative paths begin."""
        ...

    def hides(self, path: str) -> bool:
        """Whether the task hides a path, given relative to the lab, from candidates and roles."""
        ...

    def may_change(self, path: str) -> bool:
        """Whether the task's editable files include a path, given relative to the lab."""
        ...

    async def run(
        self,
        command: str,
        *,
        seconds: float = 120.0,
        cap: int = OUTPUT_CAP,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run a shell command as the bench runs candidate code: boxed, without network or keys.

        It sees the lab, but for what is hidden, and changes what it likes there. Raises
        :class:`~orgloop.errors.BenchError` where it could not be run at all.
        """
        ...

    async def serve(self, program: Program) -> Served:
        """Let a program work here: the lab writable, the network on, everything else hidden.

        It sees neither what the task hides, nor the record, nor git, nor the person's home. A lab
        that died while it worked finds it again at the same visit, and does not start another.
        Cancelling ends it. Raises :class:`~orgloop.errors.BenchError` where it could not be run,
        and :class:`~orgloop.errors.EngineOutage` where somebody ended it.
        """
        ...
