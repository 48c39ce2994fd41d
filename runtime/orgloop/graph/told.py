"""What people told a role stands in its note, whether the role says something about it or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orgloop.ledger import MessageRow
from orgloop.ledger.plain import one_line

_SHOWN = 300


def acknowledged(note: str, told: Sequence[MessageRow]) -> str:
    """``note``, and a line for each message that it does not mention by its name (``m3``)."""
    missing = [one for one in told if not re.search(rf"\b{one.name}\b", note)]
    lines = [
        f"Told {one.name}: “{one_line(one.text, _SHOWN)}” (the note says nothing about it)"
        for one in missing
    ]
    return "\n\n".join([note.rstrip(), *lines]) if lines else note
