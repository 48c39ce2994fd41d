"""The command line. ``main`` is the `orgloop` script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, and turn what goes wrong into a sentence and an exit code."""
    from orgloop.errors import OrgloopError

    try:
        from orgloop.cli.app import app

        app(standalone_mode=True)
    except OrgloopError as error:
        from orgloop.cli.complain import complain

        complain(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)  # while modules were imported; typer sees to it from then on
