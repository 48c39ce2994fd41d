"""`orgloop templates`, `fork` and `adopt`, as typer sees them: where a lab begins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orgloop.cli.arguments import HERE, AsJson


def templates(*, as_json: AsJson = False) -> None:
    """List the labs and organizations that can be forked."""
    from orgloop.cli.templates import templates_command

    sys.exit(templates_command(as_json))


def fork(
    template: Annotated[
        str, typer.Argument(help="One that `orgloop templates` lists.", metavar="[TEMPLATE]")
    ],
    directory: Annotated[
        Path | None, typer.Argument(help="Where the new lab goes.", metavar="DIR")
    ] = None,
    org: Annotated[
        str | None, typer.Option(help="Another organization for it: a name, or a directory.")
    ] = None,
    repo: Annotated[
        Path | None, typer.Option(help="The clone to put `autoresearch` on; it is only read.")
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="A git repository or a directory, and no TEMPLATE."),
    ] = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="With --from: its commands may run here.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Bring what changed in its template into a fork.")
    ] = False,
) -> None:
    """Make a lab of your own from a template.

    It is a git repository with the task, the code and the organization, and depends on nothing.
    """
    from orgloop.cli.forking import forking_command

    sys.exit(
        forking_command(
            template, directory, org=org, source=from_, trust=trust, update=update, onto=repo
        )
    )


def adopt(
    repo: Annotated[
        Path, typer.Argument(help="A git repository, or a folder of one.", show_default="here")
    ] = HERE,
    *,
    run_line: Annotated[str | None, typer.Option("--run", help="The training command.")] = None,
    metric: Annotated[str | None, typer.Option(help="The number that counts.")] = None,
    goal: Annotated[str | None, typer.Option(help="`minimize` or `maximize`.")] = None,
    pattern: Annotated[
        str | None, typer.Option(help="A regular expression that reads it, with a group `value`.")
    ] = None,
    editable: Annotated[
        list[str] | None, typer.Option(help="A file that an experiment may change, or a glob.")
    ] = None,
    mount: Annotated[
        list[str] | None, typer.Option(help="Data that a run needs, beyond what was found.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The task's name.")] = None,
    limit: Annotated[str, typer.Option(help="Time that the trial run may take.")] = "10min",
    network: Annotated[bool, typer.Option("--network", help="Runs may use the network.")] = False,
    org: Annotated[
        str | None, typer.Option(help="Write this organization, too: a name, or a directory.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take guesses.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not measure what was written.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the task.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a task.md for a repository, from a trial run of it.

    Nothing else in the repository is changed. The trial runs in a throwaway clone of HEAD.
    """
    from orgloop.adopt import Wishes
    from orgloop.cli.adopt import adopt_command, goal_from, seconds_from

    wishes = Wishes(
        run=run_line,
        metric=metric,
        goal=goal_from(goal),
        pattern=pattern,
        editable=tuple(editable or ()),
        mounts=tuple(mount or ()),
        name=name,
        network=network,
        wall=seconds_from(limit),
        confirmed=not quick,
    )
    sys.exit(adopt_command(repo, wishes, org=org, yes=yes, dry_run=dry_run, as_json=as_json))
