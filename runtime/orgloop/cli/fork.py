"""`orgloop templates` and `orgloop fork`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orgloop.cli.shown import argument, program, shown
from orgloop.org.lab_templates import BASE, lab_templates, write_out
from orgloop.org.templates import org_summary, org_templates


def templates_command(as_json: bool) -> int:
    """List the bundled labs, and the organizations."""
    labs = {template.name: template.summary for template in lab_templates().values()}
    orgs = {name: org_summary(path) for name, path in org_templates().items()}
    if as_json:
        kinds = (("lab", labs), ("organization", orgs))
        print(
            json.dumps(
                [
                    {"name": name, "kind": kind, "summary": summary}
                    for kind, known in kinds
                    for name, summary in known.items()
                ]
            )
        )
        return 0
    width = max(map(len, [*labs, *orgs]), default=0)
    for name, summary in labs.items():
        print(f"{name:{width}}  {summary}")
    print(f"\nOrganizations, for any lab (`--org`), or on {BASE} where they are forked alone:")
    for name, summary in orgs.items():
        print(f"{name:{width}}  {summary}")
    return 0


def fork_command(name: str, directory: Path, *, org: str | None = None) -> int:
    """Write a template out and make it a repository of its own."""
    from orgloop.repo.fresh import begin_repository

    template = write_out(name, directory, org=org)
    under = org or (name if name != template.name else None)
    what = template.name if under is None else f"{template.name} under {Path(under).name}"
    begin_repository(directory, f"Fork {what} from Orgloop's templates")
    place, orgloop = shown(directory), program()
    steps = [
        (f"{orgloop} run {argument(directory)}", "start it"),
        (f"{orgloop} check {argument(directory)}", "is everything in order"),
        (f"{place}/task.md", "what is being improved"),
        (f"{place}/roles/", "who works on it: edit these, also while it runs"),
    ]
    width = max(len(step) for step, _ in steps)
    print(f"{what} is now yours, in {place}.", file=sys.stderr)
    for step, what in steps:
        print(f"  {step:{width}}  {what}", file=sys.stderr)
    return 0
