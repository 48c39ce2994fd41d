"""What lies where in a lab whose training code is an organization."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orgloop.org.files import own_files
from orgloop.problems import Problems

CANDIDATE = "candidate"
"""The organization that is amended: the lab's editable files."""
GIVEN = "given"
"""The same as a person gave it: frozen, and the measure of what an amendment may do."""
UNITS = "units.json"
"""What plain Optuna makes of each task: frozen."""
TRIALS = "trials.json"
"""What a training run leaves for the evaluator."""


def organization_in(folder: Path) -> Mapping[str, bytes]:
    """The organization that is written out in ``folder``; raises ProblemsFound."""
    problems = Problems()
    files = own_files(folder, problems)
    problems.raise_errors()
    return files
