"""What `orgloop tune` makes of an organization that is poor on purpose, and of the default one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orgloop.tune.contender import Contender, contender
from orgloop.tune.outer.budget import TuneBudget
from orgloop.tune.outer.report import Tuning
from orgloop.tune.outer.tuning import Plan, tune
from orgloop.tune.tasks import find_tasks

from .poor import poor
from .row import Row

FACTOR = 1.5
"""Progress on held-out tasks that tuning must make of the poor organization's, at least."""
HARMLESS = 0.95
"""Lower bound of the 95% interval that tuning must leave of the default one's."""


def measure(quick: bool) -> list[Row]:
    """The poor organization must become better where it was not tuned, the default not worse."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        found = tuned(poor(), Path(place), quick=quick)
        rows += _rows("poor", found, mean=FACTOR, low=1.0)
        found = tuned(contender("classic", Path("/")), Path(place), quick=quick)
        rows += _rows("default", found, mean=None, low=HARMLESS)
    return rows


def tuned(start: Contender, folder: Path, *, quick: bool) -> Tuning:
    """Tuned on the simulated tuning tasks, and judged on those that are held out."""
    plan = Plan(
        start,
        find_tasks(["bowl", "sparse", "noisy"] if quick else ["tuning"]),
        find_tasks(["held-out"]),
        TuneBudget(amendments=12 if quick else 40),
        experiments=16 if quick else 24,
        runs=6 if quick else 20,
    )
    found = tune(plan, folder)
    assert found is not None, "nobody stops a benchmark"
    return found[0]


def _rows(case: str, found: Tuning, *, mean: float | None, low: float) -> list[Row]:
    assert found.held_out is not None, "there are held-out tasks"
    ratio = found.held_out.ratio
    kept = ", ".join(one.key for one in found.kept) or "nothing"
    remark = f"{found.trials} trials; kept {kept}"
    return [
        Row("tune", case, "held-out progress, after / before", ratio.mean, "x",
            goal=mean, at_least=True, remark=remark),
        Row("tune", case, "lower bound, 95%", ratio.low or 0.0, "x", goal=low, at_least=True),
    ]  # fmt: skip
