"""The commands that steer a run beyond `pause` and `resume`, and their options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orgloop.cli.arguments import HERE, AsJson, Lab, LabOption

Why = Annotated[str | None, typer.Argument(help="Why; it goes on record.", show_default=False)]

ID = Annotated[str, typer.Argument(metavar="ID", help="An experiment's id, or its commit.")]


def budget(
    lab: Lab = HERE,
    *,
    experiments: Annotated[int | None, typer.Option(min=1, help="In experiments.")] = None,
    hours: Annotated[float | None, typer.Option(help="In hours.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="In tokens.")] = None,
    usd: Annotated[float | None, typer.Option(help="In dollars.")] = None,
    as_json: AsJson = False,
) -> None:
    """Raise the budget of the run that goes on.

    Each is of the whole run, as for `run`, and holds for the rest of it.
    """
    from orgloop.cli.requests import budget_command

    given = {"experiments": experiments, "hours": hours, "tokens": tokens, "usd": usd}
    named = {unit: number for unit, number in given.items() if number is not None}
    sys.exit(budget_command(lab, named, as_json=as_json))


def stop(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[LAB|ID]", help="A lab, or one experiment of it.", show_default="here"
        ),
    ] = None,
    why: Why = None,
    lab: LabOption = HERE,
    *,
    now: Annotated[bool, typer.Option("--now", help="End the runs on the bench, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Stop the run; `run` goes on from there. With an ID, end that experiment alone.

    An experiment that is stopped is discarded with the reason; its training run is ended.
    """
    from orgloop.cli.people.find import is_experiment

    if what is not None and is_experiment(what):
        from orgloop.cli.requests import request_command
        from orgloop.ledger.verbs import STOP

        args = {"reason": why} if why else {}
        sys.exit(request_command(lab, STOP, experiment=what, args=args, as_json=as_json))
    from orgloop.cli.steer import ask_command, require_run

    require_run(why)
    sys.exit(ask_command(Path(what) if what else lab, "stop-now" if now else "stop"))


def veto(
    experiment: ID,
    why: Annotated[str, typer.Argument(help="Why; it goes on record.", show_default=False)],
    lab: LabOption = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """Say no to an experiment, in flight or kept.

    In flight it is discarded. The latest keep is taken back: the incumbent before reigns again.
    """
    from orgloop.cli.requests import request_command
    from orgloop.ledger.verbs import VETO

    args = {"reason": why}
    sys.exit(request_command(lab, VETO, experiment=experiment, args=args, as_json=as_json))


def overrule(
    experiment: ID,
    why: Annotated[str, typer.Argument(help="Why; it goes on record.", show_default=False)],
    lab: LabOption = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """Keep a discarded experiment against the referee.

    It is put on the incumbent and measured there, as whatever is kept, and left out of what the run
    claims.
    """
    from orgloop.cli.requests import request_command
    from orgloop.ledger.verbs import OVERRULE

    args = {"reason": why}
    sys.exit(request_command(lab, OVERRULE, experiment=experiment, args=args, as_json=as_json))


def again(
    experiment: ID,
    lab: LabOption = HERE,
    *,
    times: Annotated[int, typer.Option(min=1, help="How many measurements more.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Measure an experiment again, on fresh seeds.

    In flight it is evidence for the referee, and of the incumbent for its value. A verdict that was
    given stands.
    """
    from orgloop.cli.requests import AUDIT, request_command
    from orgloop.ledger.verbs import AGAIN

    args = {"times": times}
    sys.exit(
        request_command(lab, AGAIN, experiment=experiment, args=args, hint=AUDIT, as_json=as_json)
    )
