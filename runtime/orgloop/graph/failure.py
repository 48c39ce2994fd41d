"""How a role's failure stands on its step, and is told from any other end by who reads it."""

from __future__ import annotations

import traceback
from dataclasses import replace

from orgloop.errors import EngineError, OrgloopError
from orgloop.graph.charge import charged
from orgloop.ledger import StepRow
from orgloop.role import Role

_FAILED = "` failed: "


def failed(row: StepRow, role: Role, error: Exception) -> StepRow:
    """``row`` with what kept ``role`` from answering, and what it had paid by then.

    What Orgloop raises on purpose is a sentence already; anything else is the engine's own, and
    its last frames are kept as the note.
    """
    if isinstance(error, EngineError):
        row = charged(row, error.usage)
    if isinstance(error, OrgloopError):
        return replace(row, error=f"`{role.name}{_FAILED}{error}")
    trace = "".join(traceback.format_exception(error, limit=-8))
    return replace(
        row,
        note=f"```\n{trace}```",
        error=f"`{role.name}{_FAILED}its engine raised {type(error).__name__}: {error}",
    )


def is_failure(reason: str) -> bool:
    """Whether an experiment ended since a role could not answer."""
    return _FAILED in reason
