"""`orgloop templates`."""

from __future__ import annotations

import json

from orgloop.org.lab_templates import BASE, lab_templates
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
