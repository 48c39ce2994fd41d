"""`orgloop apply`: what survived its audit, on the person's branch."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.audit.apply import ApplyOptions, ApplyResult, apply
from orgloop.cli.shown import argument, program
from orgloop.ledger.plain import one_line


def apply_command(lab: Path, options: ApplyOptions, *, dry_run: bool, as_json: bool) -> int:
    """Apply, or show what would be applied; exit status 0 also where there was nothing to do."""
    result = apply(lab, options, dry_run=dry_run)
    if as_json:
        print(result.model_dump_json())
    else:
        for line in result_lines(result, lab, dry_run=dry_run):
            print(line)
    for line in _warnings(result):
        print(line, file=sys.stderr)
    return 0


def result_lines(result: ApplyResult, lab: Path, *, dry_run: bool) -> list[str]:
    """What is on the branch now, or would be, and what is not."""
    lines: list[str] = []
    if result.commits:
        verb = "would get" if dry_run else "has"
        noun = "commit" if len(result.commits) == 1 else "commits"
        lines.append(f"{result.branch} {verb} {len(result.commits)} {noun} more:")
        for one in result.commits:
            first, _, rest = one.message.rstrip("\n").partition("\n")
            lines += ["", f"  {one.commit[:12]}  {first}"]
            lines += [f"    {line}".rstrip() for line in rest.strip("\n").split("\n")]
    elif result.there:
        lines.append(f"Everything that survived is on {result.branch} already.")
    else:
        lines.append(f"Nothing survived, so nothing goes on {result.branch}.")
    if result.left_out:
        lines += ["", "Left out:"]
        lines += [
            f"  {one.experiment}  {one_line(one.title, 60)}: {one.why}" for one in result.left_out
        ]
    if result.done:
        name = argument(lab)
        where = "" if name == "." else f" {name}"
        again = f"{program()} run{where} --new"
        lines += ["", f"  {again}  begins another run from here"]
    return lines


def _warnings(result: ApplyResult) -> list[str]:
    said: list[str] = []
    if not result.commits:
        return said
    if result.audit is None:
        said.append("Unaudited: what is claimed was not measured again.")
    elif result.verified is None:
        said.append("The audit has not measured just this: some of what it measured is not in it.")
    elif not result.verified:
        said.append("Taken together, it is not shown to be better than the baseline.")
    if result.moved:
        said.append(
            "The lab's files have changed since the run began: what is on the branch is not "
            "exactly what was measured."
        )
    return said
