"""What a preflight finds: `orgloop doctor --json` prints an :class:`Examination`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["ok", "warning", "missing", "skipped"]
"""``missing`` keeps a run from working; ``warning`` does not."""


class Finding(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: str
    """``machine``, ``git``, ``sandbox``, ``lab``, ``minds``, ``executor``, ``bench``, ``cost``."""
    what: str
    """In a word or two."""
    state: State
    said: str
    """What was found, in a sentence."""
    fix: str = ""
    """What to do about it: a command, where there is one."""


class Examination(BaseModel):
    """Everything that was looked at, in that order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lab: str
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing for a run."""
        return all(finding.state != "missing" for finding in self.findings)
