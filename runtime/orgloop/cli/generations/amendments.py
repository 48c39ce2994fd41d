"""``orgloop org amendments``: what roles proposed to change, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from orgloop.cli.generations.listing import STATES
from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.ledger import AmendmentRow

NONE = (
    "No role has proposed to change the organization. One that may is a file of yours: "
    "docs/amendments.md."
)


def amendments_command(lab: Path, *, run: str | None = None, as_json: bool = False) -> int:
    """Print the amendments, oldest first; returns 0. Raises OrgloopError."""
    ledger = open_ledger(lab)
    row = None
    found: list[AmendmentRow] = []
    if ledger is not None:
        with ledger:
            row = pick_run(ledger, run)
            if row is not None:
                found = ledger.amendments.all(row.id)
    if as_json:
        say(json.dumps([_as_data(one) for one in found]))
    if row is None:
        remark(NOT_YET)
    elif not as_json:
        for line in _lines(found):
            say(line)
    return 0


def _lines(found: Sequence[AmendmentRow]) -> list[str]:
    lines = [] if found else [NONE]
    for one in found:
        lines.append(f"{one.name}  {one.role}: {one.title}")
        made = "" if one.generation is None else f", generation {one.generation}"
        lines.append(f"    {STATES[one.state]}{made}, {', '.join(one.files)}")
        if one.why:
            lines.append(f"    {one.why}")
    return lines


def _as_data(row: AmendmentRow) -> dict[str, object]:
    return {
        "amendment": row.name,
        "role": row.role,
        "title": row.title,
        "state": row.state,
        "files": list(row.files),
        "generation": row.generation,
        "against": row.against,
        "chance": row.chance,
        "why": row.why,
        "at": row.at,
        "decided": row.decided,
    }
