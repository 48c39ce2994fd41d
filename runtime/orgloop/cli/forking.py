"""Which of the ways of `orgloop fork` the arguments mean."""

from __future__ import annotations

from pathlib import Path

from orgloop.errors import UserError

USAGE = (
    "Write `orgloop fork TEMPLATE DIR`, `orgloop fork --from SOURCE DIR` or "
    "`orgloop fork --update DIR`."
)


def forking_command(
    template: str,
    directory: Path | None,
    *,
    org: str | None,
    source: str | None,
    trust: bool,
    update: bool,
    onto: Path | None = None,
) -> int:
    """Fork a template, also onto a clone, or a lab from elsewhere, or update a fork.

    ``template`` is the directory where ``source`` or ``update`` leaves no room for another.
    """
    from orgloop.adopt.upstream import needs_repository
    from orgloop.cli.fork import (
        fork_command,
        fork_from_command,
        fork_onto_command,
        update_command,
    )

    if update:
        if directory is not None or org is not None or source is not None:
            raise UserError("`--update` takes the fork's directory and nothing else.", hint=USAGE)
        return update_command(Path(template))
    if source is not None and onto is not None:
        raise UserError("`--repo` goes with a template, and `--from` takes its place.", hint=USAGE)
    if source is not None:
        if directory is not None:
            raise UserError("`--from` takes the place of TEMPLATE.", hint=USAGE)
        return fork_from_command(source, Path(template), trust=trust, org=org)
    if directory is None:
        raise UserError("A fork needs a directory to go to.", hint=USAGE)
    if trust:
        raise UserError("`--trust` belongs to `--from`: templates of Orgloop need none.")
    if onto is not None or needs_repository(template):
        return fork_onto_command(template, directory, onto, org=org)
    return fork_command(template, directory, org=org)
