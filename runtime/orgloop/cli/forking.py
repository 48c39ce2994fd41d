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
) -> int:
    """Fork a template, or a lab from elsewhere, or update a fork.

    ``template`` is the directory where ``source`` or ``update`` leaves no room for another.
    """
    from orgloop.cli.fork import fork_command, fork_from_command, update_command

    if update:
        if directory is not None or org is not None or source is not None:
            raise UserError("`--update` takes the fork's directory and nothing else.", hint=USAGE)
        return update_command(Path(template))
    if source is not None:
        if directory is not None:
            raise UserError("`--from` takes the place of TEMPLATE.", hint=USAGE)
        return fork_from_command(source, Path(template), trust=trust, org=org)
    if directory is None:
        raise UserError("A fork needs a directory to go to.", hint=USAGE)
    if trust:
        raise UserError("`--trust` belongs to `--from`: templates of Orgloop need none.")
    return fork_command(template, directory, org=org)
