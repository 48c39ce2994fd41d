"""``orgloop org`` and its commands, as typer sees them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from orgloop.cli.arguments import HERE, AsJson, Lab, LabOption, Run

org = typer.Typer(
    help="See how the organization changed, and go back to what it was.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@org.command()
def log(lab: Lab = HERE, *, run_id: Run = None, as_json: AsJson = False) -> None:
    """List the generations and what came of each."""
    from orgloop.cli.generations.listing import log_command

    sys.exit(log_command(lab, run=run_id, as_json=as_json))


@org.command()
def amendments(lab: Lab = HERE, *, run_id: Run = None, as_json: AsJson = False) -> None:
    """List what roles proposed to change, and what became of it."""
    from orgloop.cli.generations.amendments import amendments_command

    sys.exit(amendments_command(lab, run=run_id, as_json=as_json))


@org.command()
def diff(
    generation: Annotated[
        str | None, typer.Argument(help="A generation's number.", show_default="the latest")
    ] = None,
    other: Annotated[
        str | None,
        typer.Argument(help="Compare with this one.", show_default="the one before it"),
    ] = None,
    lab: LabOption = HERE,
    *,
    run_id: Run = None,
) -> None:
    """Show what a generation changed.

    `diff 3` compares it with the one before, `diff 1 3` the first with the third.
    """
    from orgloop.cli.generations.difference import diff_command

    sys.exit(diff_command(lab, generation, other, run=run_id))


@org.command()
def back(
    generation: Annotated[str, typer.Argument(help="A generation's number.")],
    lab: LabOption = HERE,
    *,
    run_id: Run = None,
) -> None:
    """Write a generation's files into the lab.

    As if you had edited them: a lab that runs takes them over with its next experiment.
    """
    from orgloop.cli.generations.bring import bring_command

    sys.exit(bring_command(lab, generation, run=run_id))


@org.command()
def take(lab: LabOption = HERE, *, run_id: Run = None) -> None:
    """Write the run's own generation into the lab."""
    from orgloop.cli.generations.bring import bring_command

    sys.exit(bring_command(lab, None, run=run_id))
