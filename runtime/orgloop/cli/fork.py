"""`orgloop templates` and `orgloop fork`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orgloop.cli.shown import argument, program, shown
from orgloop.org.lab_templates import lab_templates, write_out


def templates_command(as_json: bool) -> int:
    """List the bundled labs."""
    known = lab_templates()
    if as_json:
        print(json.dumps([{"name": t.name, "summary": t.summary} for t in known.values()]))
        return 0
    width = max(map(len, known), default=0)
    for template in known.values():
        print(f"{template.name:{width}}  {template.summary}")
    return 0


def fork_command(name: str, directory: Path) -> int:
    """Write a template out and make it a repository of its own."""
    from orgloop.repo.fresh import begin_repository

    template = write_out(name, directory)
    begin_repository(directory, f"Fork {template.name} from Orgloop's templates")
    place, orgloop = shown(directory), program()
    steps = [
        (f"{orgloop} run {argument(directory)}", "start it"),
        (f"{orgloop} check {argument(directory)}", "is everything in order"),
        (f"{place}/task.md", "what is being improved"),
        (f"{place}/roles/", "who works on it: edit these, also while it runs"),
    ]
    width = max(len(step) for step, _ in steps)
    print(f"{template.name} is now yours, in {place}.", file=sys.stderr)
    for step, what in steps:
        print(f"  {step:{width}}  {what}", file=sys.stderr)
    return 0
