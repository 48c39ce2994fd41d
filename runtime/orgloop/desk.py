"""A desk: the checkout that a role works in, and the box that its commands run in.

Between what thinks and the bench, which do not know each other: an engine finds its desk in the
request, the bench makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
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
