"""Who commits: the person, and the role that wrote as the author."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

_NAME, _EMAIL = "Orgloop", "orgloop@localhost"


def _clean(text: str) -> str:
    # What git strips from names: it would end the field in the commit's header.
    return re.sub(r"[\x00-\x1f<>]", "", text).strip(" .,:;\"'")


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and an address as a commit's header takes them."""

    name: str
    email: str

    @classmethod
    def of(cls, name: str | None, email: str | None) -> Identity:
        """The person's identity, with Orgloop's own where git knows none."""
        return cls(_clean(name or "") or _NAME, _clean(email or "") or _EMAIL)

    @classmethod
    def author(cls, name: str) -> Identity:
        """A role's identity, for a name such as ``experimenter (orgloop)``."""
        return cls(_clean(name) or _NAME, _EMAIL)

    def stamp(self, moment: float) -> str:
        """The header's value at a moment of Unix time, in the local time zone."""
        offset = time.localtime(moment).tm_gmtoff
        sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
        zone = f"{sign}{minutes // 60:02d}{minutes % 60:02d}"
        return f"{self.name} <{self.email}> {int(moment)} {zone}"
