"""`orgloop tell`: a message for the roles, and what became of those before."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from orgloop.cli.reading import NOT_YET, open_ledger, remark, say
from orgloop.cli.running import is_running
from orgloop.cli.steer import open_for_writing
from orgloop.engines.resolve import ModelUnavailable, resolve
from orgloop.errors import UserError
from orgloop.ledger import MessageRow, RunRow
from orgloop.ledger.numbers import duration
from orgloop.ledger.plain import one_line
from orgloop.org import Lab, load_lab
from orgloop.problems import did_you_mean

LONGEST = 2000
"""Characters of a message: it stands in a brief beside everything else."""
LISTED = 50


def tell_command(lab: Path, text: str | None, role: str | None, as_json: bool = False) -> int:
    """Leave a message and say what becomes of it; see :func:`tell`."""
    told, remarks = tell(lab, text, role)
    if as_json:
        say(json.dumps({"id": told, "role": role, "text": text}))
    print("\n  ".join(remarks), file=sys.stderr)
    return 0


def tell(lab: Path, text: str | None, role: str | None) -> tuple[str, list[str]]:
    """Leave ``text`` for ``role``, or for whichever role reads next: its name, and remarks.

    Raises :class:`~orgloop.errors.UserError` for a text that is empty or too long, and for a role
    that is not there.
    """
    if text is None or not text.strip():
        raise UserError("There is nothing to tell.", hint="Put the text in quotes.")
    if len(text) > LONGEST:
        raise UserError(
            f"A message has at most {LONGEST:,} characters, and this one {len(text):,}.",
            hint="What holds for longer belongs into the charter, the role's file or task.md.",
        )
    with open_for_writing(lab) as ledger:
        run = ledger.runs.latest()
        loaded = _loaded(lab, run)
        if role is not None and loaded is not None and role not in loaded.org.roles:
            raise UserError(
                f"There is no role `{role}` in this lab.", hint=did_you_mean(role, loaded.org.roles)
            )
        told = ledger.messages.tell(text, role, run=None if run is None else run.id)
    whom = f"`{role}`" if role else "the next role that reads its brief"
    when = "" if is_running(lab) else ", when the lab runs again"
    remarks = [f"Left for {whom}{when}."]
    if loaded is not None and _nobody_reads(loaded, run, role):
        remarks.append("Embedded engines read no briefs: it waits for a model that does.")
    return f"m{told}", remarks


def list_command(lab: Path, as_json: bool) -> int:
    """Print the latest messages, the newest first: to whom, and who has read them when."""
    ledger = open_ledger(lab)
    if ledger is None:
        if as_json:
            say("[]")
        remark(NOT_YET)
        return 0
    with ledger:
        rows = ledger.messages.last(LISTED)
    if as_json:
        say(json.dumps([as_data(row) for row in rows]))
    elif not rows:
        remark('Nothing was told yet: `orgloop tell "..."`.')
    for row in () if as_json else rows:
        ago = duration(max(0.0, time.time() - row.at))
        to = row.role or "whoever reads next"
        read = f"read by {row.read_by}" if row.read_by else "not read yet"
        say(f"{row.name}  {ago} ago, to {to}; {read}")
        say(f"    {one_line(row.text, 300)}")
    return 0


def as_data(row: MessageRow) -> dict[str, object]:
    """A message as plain data; a field that is here stays here."""
    return {
        "id": row.name,
        "at": row.at,
        "role": row.role,
        "text": row.text,
        "read_by": row.read_by,
        "read_at": row.read_at,
        "experiment": row.read_experiment,
    }


def _loaded(lab: Path, run: RunRow | None) -> Lab | None:
    """The lab as its files say now; None where they do not check, which is told elsewhere."""
    org = None if run is None else run.options.get("org")
    try:
        return load_lab(lab, org=org if isinstance(org, str) else None)[0]
    except UserError:
        return None


def _nobody_reads(lab: Lab, run: RunRow | None, role: str | None) -> bool:
    chosen = None if run is None else run.options.get("model")
    override = chosen if isinstance(chosen, str) else None
    roles = [one for one in lab.org.employed().values() if role in (None, one.name)]
    try:
        models = [resolve(one, lab.org.charter.model, override=override).model for one in roles]
    except ModelUnavailable:
        return False
    return all(model == "embedded" for model in models)
