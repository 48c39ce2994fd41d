"""What a person asks of a lab that runs in another process: rows in the ledger."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.cli.running import is_running
from orgloop.cli.shown import shown
from orgloop.engines.resolve import ModelUnavailable, resolve
from orgloop.errors import NotALab, UserError
from orgloop.ledger import Ledger, RunRow, ledger_path
from orgloop.org import Lab, load_lab
from orgloop.problems import did_you_mean

STARTS = "`orgloop run` starts it."


def ask_command(lab: Path, verb: str) -> int:
    """Leave ``verb`` for the running lab, which looks a few times a second.

    Raises :class:`~orgloop.errors.UserError` where no process runs the lab: nobody would read it.
    """
    with _open(lab) as ledger:
        run = ledger.runs.latest()
        if run is None:
            raise UserError(f"This lab has not run yet: nothing to {_said(verb)}.", hint=STARTS)
        if not is_running(lab):
            raise UserError(_not_running(run, verb), hint="`orgloop run` goes on with it.")
        ledger.commands.ask(verb, run=run.id)
    print(f"Asked the lab in {shown(lab)} to {_said(verb)}.", file=sys.stderr)
    return 0


def tell_command(lab: Path, text: str, role: str | None) -> int:
    """Leave ``text`` for ``role``, or for whichever role reads next.

    Raises :class:`~orgloop.errors.UserError` for an empty text and for a role that is not there.
    """
    if not text.strip():
        raise UserError("There is nothing to tell.", hint="Put the text in quotes.")
    with _open(lab) as ledger:
        run = ledger.runs.latest()
        loaded = _loaded(lab, run)
        if role is not None and loaded is not None and role not in loaded.org.roles:
            raise UserError(
                f"There is no role `{role}` in this lab.", hint=did_you_mean(role, loaded.org.roles)
            )
        ledger.messages.tell(text, role, run=None if run is None else run.id)
    whom = f"`{role}`" if role else "the next role that reads its brief"
    when = "" if is_running(lab) else ", when the lab runs again"
    print(f"Left for {whom}{when}.", file=sys.stderr)
    if loaded is not None and _nobody_reads(loaded, run, role):
        print("  Embedded engines read no briefs: it waits for a model that does.", file=sys.stderr)
    return 0


def _said(verb: str) -> str:
    return verb.replace("-", " ")


def _not_running(run: RunRow, verb: str) -> str:
    if run.state in ("stopped", "finished"):
        return f"Run {run.id} has {run.state}: nothing to {_said(verb)}."
    return f"No process runs this lab: run {run.id} was {run.state} when it was cut off."


def _open(lab: Path) -> Ledger:
    path = ledger_path(lab)
    if path.is_file():
        return Ledger.open(path)
    if not (lab / "task.md").is_file():
        raise NotALab(
            f"There is no lab in {lab.absolute()}: it holds no task.md.",
            hint="Name the lab's directory, or make one with `orgloop fork`.",
        )
    raise UserError("This lab has not run yet.", hint=STARTS)


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
