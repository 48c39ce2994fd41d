"""The evaluator of a tuning lab: progress on each task, in units of plain Optuna's, and their mean.

Called by the bench as `python -m orgloop.tune.outer.score`, in a lab at its baseline's commit.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from statistics import fmean

from pydantic import TypeAdapter

from orgloop.tune.outer.places import TRIALS, UNITS
from orgloop.tune.result import TrialResult

_RESULTS = TypeAdapter(list[TrialResult])
METRIC = "progress"


def main() -> int:
    """Print a line for each task, and the metric last."""
    artifacts = Path(os.environ.get("ORGLOOP_ARTIFACTS", "."))
    found = _RESULTS.validate_json((artifacts / TRIALS).read_bytes())
    units: dict[str, float] = json.loads(Path(UNITS).read_bytes())
    shares = {one.task: one.progress / units[one.task] for one in found}
    if shares.keys() != units.keys():
        print(f"{TRIALS} is not of the tasks that {UNITS} names", file=sys.stderr)
        return 1
    for task, share in shares.items():
        print(f"{task}: {share:.6g}")
    print(f"{METRIC}: {fmean(shares.values()):.6g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
