"""How busy the bench is where roles are slow: roles of 1 s before it, and evaluations of 1 s."""

from __future__ import annotations

import tempfile
from pathlib import Path

from . import floor
from .labrun import LabRun, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

_SLOW = "python:benchmarks.minds:slow"
GOAL = 0.97


def measure(quick: bool) -> list[Row]:
    """Slot use with four roles before the bench, and with the default organization.

    The floor proposes ahead with one model call of a second, the best that is known of a peer.
    """
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="orgloop-slots-") as folder:
        for slots in (4,) if quick else (4, 2):
            count = (8 if quick else 16) * slots
            place = Path(folder, f"floor-{slots}")
            place.mkdir()
            low = floor.measure(
                floor.Settings(experiments=count, slots=slots, sleep=1.0, think=1.0, ahead=True),
                place,
            )
            rows.append(
                Row("slots", f"floor, K={slots}", "slot use", low.slot_use,
                    remark=f"one role of 1 s, {count} experiments")
            )  # fmt: skip
            for name in ("chain", "classic"):
                org = Organization(name, lookahead=None, model=_SLOW)
                lab = make_lab(Path(folder, f"{name}-{slots}"), 1.0, slots=slots, org=org)
                run = run_lab(lab, count)
                rows.append(
                    Row("slots", f"{name}, K={slots}", "slot use", slot_use(run, slots), goal=GOAL,
                        at_least=True, remark=f"four roles of 1 s, {len(run.measurements)} runs")
                )  # fmt: skip
    return rows


def slot_use(run: LabRun, slots: int) -> float:
    """Time with an evaluation running over slots x (first start to last end)."""
    busy = sum(row.wall_s for row in run.measurements)
    last = max(row.finished or row.started for row in run.measurements)
    return busy / (slots * (last - min(row.started for row in run.measurements)))
