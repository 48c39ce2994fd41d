"""Tells a person what went wrong: one sentence on what happened, one on what to do."""

from __future__ import annotations

import sys

from orgloop.errors import OrgloopError
from orgloop.problems import ProblemsFound


def complain(error: OrgloopError) -> None:
    """Print ``error`` to stderr; problems in files one to a line, as `check` does."""
    if isinstance(error, ProblemsFound):
        for problem in error.problems:
            print(problem, file=sys.stderr)
    print(f"orgloop: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
