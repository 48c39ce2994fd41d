"""Ends one experiment that is in flight: `stop e0007`, and `veto e0007` of one not yet decided."""

from __future__ import annotations

from orgloop.graph.suspend import Halt
from orgloop.lab.requests.said import Said, refused
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow, ExperimentRow
from orgloop.ledger.plain import one_line
from orgloop.ledger.verbs import BY_PERSON, KEPT_BY_PERSON

_ENDED = {"keep": "kept", "discard": "discarded", "crash": "over, with a crash,"}
REASON = 300
"""Characters of a person's reason that go on record with an experiment's end."""


def halt_of(command: CommandRow) -> Halt:
    """What goes on record for ``command``."""
    return Halt(words_of(command), command.id)


def words_of(command: CommandRow) -> str:
    """The reason on record for what a person decides."""
    why = one_line(command.reason, REASON)
    return f"{BY_PERSON.get(command.verb, KEPT_BY_PERSON)}{f': {why}' if why else '.'}"


def end_in_flight(command: CommandRow, row: ExperimentRow, walks: Walks) -> Said | None:
    """End it; None while that goes on, since the answer is put on record with the end."""
    if row.status == "running":
        walks.halt(row, halt_of(command))
        return None
    return over(row)


def over(row: ExperimentRow) -> Said:
    """Why a finished experiment is not stopped."""
    then = f"`orgloop show {row.id}` says why."
    if row.status == "keep":
        then = f"`orgloop veto {row.id}` takes a keep back."
    return refused(f"{row.id} was {_ENDED[row.status]} by then: nothing is left to stop.", then)
