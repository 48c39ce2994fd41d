"""`orgloop export`: a lab's roles for a coding agent."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orgloop.cli.shown import shown
from orgloop.interchange import exported, write_exported
from orgloop.org import load_lab
from orgloop.problems import ProblemsFound


def export_command(
    lab: Path, target: str, directory: Path | None, *, force: bool, as_json: bool
) -> int:
    """Write one file for each role; with JSON nothing is written and the files are printed."""
    loaded, problems = load_lab(lab)
    if loaded is None:
        raise ProblemsFound(list(problems))
    files = exported(loaded, target)
    if as_json:
        print(json.dumps(files))
        return 0
    place = lab if directory is None else directory
    write_exported(files, place, force=force)
    for name in files:
        print(f"  {shown(place / name)}", file=sys.stderr)
    return 0
