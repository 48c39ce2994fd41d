"""Asks a running lab for something about one experiment or its budget, and waits for the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from orgloop.cli.reading import remark, say
from orgloop.cli.running import is_running
from orgloop.cli.show import find
from orgloop.cli.shown import shown
from orgloop.cli.steer import STARTS, not_running, open_for_writing
from orgloop.errors import OrgloopError, UserError
from orgloop.ledger import ExperimentRow, Ledger, RunRow
from orgloop.ledger.verbs import BUDGET, in_words

PATIENCE = 10.0
"""Seconds that a command waits for the lab's answer: it looks several times a second."""
NAP = 0.05
AUDIT = "`orgloop run` goes on with it; `orgloop audit` measures its keeps on fresh seeds."
GOES_ON = "`orgloop run` goes on with it."
_LOOK_EVERY = 1.0


class Refused(OrgloopError):
    """The lab says no, and why."""


@dataclass(frozen=True)
class Asked:
    """A request, and what the lab has said to it."""

    verb: str
    experiment: str | None
    state: str
    """``done``; or ``new`` where it is being seen to still."""
    answer: str
    command: int | None = None
    """The row of the ledger's ``commands``."""


def request_command(
    lab: Path,
    verb: str,
    *,
    experiment: str | None = None,
    args: Mapping[str, object] | None = None,
    hint: str = GOES_ON,
    as_json: bool = False,
) -> int:
    """Ask, wait, and say what the lab answered; raises as :func:`request` does."""
    asked = request(lab, verb, experiment=experiment, args=args, hint=hint)
    if as_json:
        say(json.dumps(asdict(asked)))
    else:
        remark(asked.answer)
    return 0


def budget_command(lab: Path, given: Mapping[str, float], *, as_json: bool) -> int:
    """Ask for a larger budget, by unit; raises as :func:`request` does."""
    if not given:
        raise UserError(
            "Nothing is named that the budget should be raised to.",
            hint="Name it, as in `orgloop budget --experiments 100`.",
        )
    options = " ".join(f"--{unit} {number:g}" for unit, number in given.items())
    hint = f"`orgloop run {options}` goes on with it under that budget."
    return request_command(lab, BUDGET, args=given, hint=hint, as_json=as_json)


def request(
    lab: Path,
    verb: str,
    *,
    experiment: str | None = None,
    args: Mapping[str, object] | None = None,
    hint: str = GOES_ON,
    patience: float = PATIENCE,
) -> Asked:
    """Leave a request for the running lab, and wait a while for its answer.

    ``hint`` is what to do where no process runs the lab.

    ``experiment`` is an id or the beginning of a commit. Raises :class:`Refused` where the lab
    says no, and :class:`~orgloop.errors.UserError` where there is nobody to ask.
    """
    with open_for_writing(lab) as ledger:
        run = ledger.runs.latest()
        if run is None:
            raise UserError(f"This lab has not run yet: nothing to {in_words(verb)}.", hint=STARTS)
        row = None if experiment is None else find(ledger, run, experiment)
        about = None if row is None else row.id
        if not is_running(lab):
            said = None if row is None else _alone(lab, run, verb, row, args or {})
            if said is None:
                raise UserError(_nobody(run, verb), hint=hint)
            return Asked(verb, about, "done", said)
        id = ledger.commands.ask(verb, args, run=run.id, experiment=about)
        return _answer(lab, ledger, run, id, Asked(verb, about, "new", "", id), patience)


def _nobody(run: RunRow, verb: str) -> str:
    """Why nobody can be asked, in a sentence."""
    if run.state in ("stopped", "finished"):
        return f"Run {run.id} has {run.state}, so nobody can be asked to {in_words(verb)}."
    return not_running(run, verb)


def _alone(
    lab: Path, run: RunRow, verb: str, row: ExperimentRow, args: Mapping[str, object]
) -> str | None:
    """What came of it where it needs no lab that runs; None where it does."""
    from orgloop.lab.requests.alone import decide_alone

    said = decide_alone(lab, run, verb, row, args)
    if said is not None and said.state == "refused":
        raise Refused(said.text)
    return None if said is None else said.text


def _answer(
    lab: Path, ledger: Ledger, run: RunRow, id: int, asked: Asked, patience: float
) -> Asked:
    until, look = time.monotonic() + patience, 0.0
    while (now := time.monotonic()) < until:
        gone = False
        if now >= look:
            look, gone = now + _LOOK_EVERY, not is_running(lab)
        row = ledger.commands.get(id)
        if row is not None and row.state == "refused":
            raise Refused(row.answer)
        if row is not None and row.state == "done":
            return Asked(asked.verb, asked.experiment, row.state, row.answer, id)
        if gone:
            raise Refused(
                f"The process that ran {run.id} ended before it answered.",
                hint="`orgloop run` goes on with it; then ask again.",
            )
        time.sleep(NAP)
    about = f" {asked.experiment}" if asked.experiment else ""
    return Asked(
        asked.verb,
        asked.experiment,
        "new",
        f"Asked the lab in {shown(lab)} to {in_words(asked.verb)}{about}; it is seen to, and "
        "`orgloop watch` tells.",
        id,
    )
