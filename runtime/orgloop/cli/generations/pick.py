"""Finds a generation of a run by what a person typed."""

from __future__ import annotations

from orgloop.errors import UserError
from orgloop.ledger import GenerationRow, Ledger, RunRow


def pick_generation(ledger: Ledger, run: RunRow, named: str | None) -> GenerationRow:
    """The generation of this number (``3`` or ``g3``), or of this commit; None is the latest.

    Raises :class:`~orgloop.errors.UserError` for one that is not there.
    """
    known = ledger.generations.all(run.id)
    if not known:
        raise UserError(
            f"Run {run.id} has no generation yet.", hint="`orgloop run` makes the first."
        )
    if named is None:
        return known[-1]
    wanted = named.removeprefix("g")
    for row in known:
        if wanted == str(row.number) or (len(named) >= 7 and row.commit.startswith(named)):
            return row
    raise UserError(
        f"Run {run.id} has no generation `{named}`.",
        hint=f"There are 1 to {known[-1].number}: `orgloop org log` lists them.",
    )
