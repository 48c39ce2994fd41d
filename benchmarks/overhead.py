"""What the loop adds to an experiment that itself costs nothing, against the floor.

One slot, a 0 s evaluator, embedded engines, the sandbox on. Floor and organizations take turns, and
a ratio is the median over the rounds, each with its own floor. CPU time counts everything that was
started (the lab, supervisors, the program itself): on a busy machine it is the steadier of the two.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from . import floor
from .labrun import LabRun, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

_CASES = (
    (Organization("solo"), 2.0),
    (Organization("solo", lookahead=None), 1.5),
    (Organization("classic"), 2.5),
    (Organization("classic", lookahead=None), None),
    (Organization("classic", accept="significant"), None),
    (Organization("classic", accept="significant", lookahead=None), None),
)
_SKIP = 15
"""Experiments at the start that do not count: engines learn and caches fill."""


def measure(quick: bool) -> list[Row]:
    """The floor, then each organization under each rule, one at a time and with look-ahead."""
    rounds, experiments = (1, 45) if quick else (3, 75)
    floors: list[floor.Floor] = []
    runs: dict[Organization, list[tuple[LabRun, floor.Floor]]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="orgloop-overhead-") as folder:
        for turn in range(rounds):
            for number, (org, _) in enumerate(_CASES):
                place = Path(folder, f"{turn}-{number}")
                (place / "floor").mkdir(parents=True)
                low = floor.measure(floor.Settings(experiments=60), place / "floor")
                floors.append(low)
                lab = make_lab(place / "lab", org=org)
                runs[org].append((run_lab(lab, experiments), low))
    cpu = median(1000 * low.cpu_s / 60 for low in floors)
    rows = [
        Row("overhead", "floor", "per experiment", median(low.ms_per_experiment for low in floors),
            "ms", 1.0, remark=f"CPU {cpu:.1f} ms"),
    ]  # fmt: skip
    for org, goal in _CASES:
        rows.append(_row(org, goal, runs[org]))
    return rows


def _row(org: Organization, goal: float | None, pairs: list[tuple[LabRun, floor.Floor]]) -> Row:
    own, everything = zip(*(run.cpu_ms(_SKIP) for run, _ in pairs), strict=True)
    ahead = "look-ahead" if org.lookahead is None else "one at a time"
    each = median(run.runs_each for run, _ in pairs)
    return Row(
        "overhead",
        f"{org.name}, {org.accept}, {ahead}",
        "per experiment",
        median(run.ms(_SKIP) for run, _ in pairs),
        "ms",
        median(run.ms(_SKIP) / low.ms_per_experiment for run, low in pairs),
        goal,
        remark=f"CPU {median(everything):.1f} ms, the lab's own process {median(own):.1f}; "
        f"{each:.2f} bench runs each",
    )
