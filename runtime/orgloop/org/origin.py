"""Where a forked lab came from: a small file in it, which `orgloop fork --update` reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import tomlkit
from pydantic import BaseModel, ConfigDict, ValidationError

from orgloop.errors import UserError

ORIGIN = "fork.toml"
_TOLD = "Where this lab came from. `orgloop fork --update` reads it and writes it anew."


class Origin(BaseModel):
    """The template that a lab was forked from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    template: str
    """A bundled lab; or a git repository or a directory, where ``elsewhere`` says so."""
    version: str
    """Of Orgloop for a bundled lab, else the commit; empty for a plain directory."""
    org: str = ""
    """Another organization that it was put under."""
    elsewhere: bool = False
    """Whether ``template`` is no bundled one."""

    def write(self, lab: Path) -> None:
        """Put it into the lab."""
        document = tomlkit.document()
        document.add(tomlkit.comment(_TOLD))
        for key, value in self.model_dump(exclude_defaults=True).items():
            document.add(key, value)
        (lab / ORIGIN).write_text(tomlkit.dumps(document), encoding="utf-8")

    @classmethod
    def read(cls, lab: Path) -> Origin:
        """Read it; raises UserError where there is none, or it cannot be understood."""
        try:
            return cls.model_validate(tomllib.loads((lab / ORIGIN).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise UserError(
                f"{lab} does not say which template it is a fork of.",
                hint=f"`orgloop fork` writes `{ORIGIN}`; only labs that have it can be updated.",
            ) from None
        except (OSError, ValueError, ValidationError):
            raise UserError(
                f"{lab / ORIGIN} cannot be understood.", hint="Take it from the lab's git history."
            ) from None
