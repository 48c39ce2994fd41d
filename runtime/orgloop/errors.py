"""Everything that Orgloop raises on purpose.

::

    OrgloopError                exit 1: the work failed
    ├── UserError               exit 2: the person's files or arguments are wrong
    │   ├── ProblemsFound       the files do not check (orgloop.problems)
    │   └── NotALab             there is no lab where one was asked for
    ├── LabBusy                 another process runs this lab
    ├── LedgerError             the ledger cannot be opened, read or written
    ├── RepoError               git cannot do what the lab needs of it
    │   └── NotReady            exit 2: there is no repository, or nothing is committed yet
    ├── BenchError              the bench itself failed (not the experiment on it)
    │   └── SandboxUnavailable  the sandbox that was asked for does not work here
    └── EngineError             a role's engine could not answer
        └── EngineOutage        it cannot now, and later can: nobody is charged

A message is one sentence on what happened; ``hint`` is one on what to do. ``orgloop.cli`` prints
both and exits with ``exit_code``; a traceback is for our mistakes, never for the person's.
"""

from __future__ import annotations

from orgloop.usage import Usage


class OrgloopError(Exception):
    """The base of the tree: something went wrong that a person should read about."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class UserError(OrgloopError):
    """The files or the arguments that the person gave are wrong."""

    exit_code = 2


class NotALab(UserError):
    """The directory holds no ``task.md``."""


class LabBusy(OrgloopError):
    """Another process is running this lab."""


class LedgerError(OrgloopError):
    """The ledger cannot be opened, read or written."""


class RepoError(OrgloopError):
    """Git cannot do what the lab needs of it."""


class NotReady(RepoError, UserError):
    """The lab is in no repository that a run could start from."""

    exit_code = 2


class BenchError(OrgloopError):
    """The bench failed, which says nothing about the experiment on it."""


class SandboxUnavailable(BenchError):
    """The sandbox that was asked for does not work on this machine."""


class EngineError(OrgloopError):
    """A role's engine could not give an answer."""

    def __init__(self, message: str, *, hint: str = "", usage: Usage | None = None) -> None:
        super().__init__(message, hint=hint)
        self.usage = usage or Usage()
        """What was paid before it failed."""


class EngineOutage(EngineError):
    """What the engine stands on is down, rate-limited or used up for now.

    Walks wait for it where they are and no experiment is charged, so raise it only for what
    passes by itself: a limit that resets, a server that comes back.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        until: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message, hint=hint, usage=usage)
        self.until = until
        """Unix time at which it is worth asking again; None where nobody knows."""
