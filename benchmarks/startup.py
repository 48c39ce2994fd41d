"""How long a person waits: for `--help`, `log` and `check`, and for the first training run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from .labrun import ORGLOOP, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

_GOALS = {"--help": 0.25, "log": 0.25, "check": 0.6}
FIRST_RUN = 0.5


def measure(quick: bool) -> list[Row]:
    """Medians; the ratio is to a Python that does nothing, started in turn with the others.

    ``began`` is what the program itself prints as it starts: that includes its sandbox and its
    interpreter.
    """
    turns = 3 if quick else 7
    with tempfile.TemporaryDirectory(prefix="orgloop-startup-") as folder:
        lab = make_lab(Path(folder, "lab"))
        run_lab(lab, 10)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [*ORGLOOP, "--help"],
            "log": [*ORGLOOP, "log", str(lab)],
            "check": [*ORGLOOP, "check", str(lab)],
        }
        for command in commands.values():
            _time(command)  # the first one fills caches
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(turns):
            for name, command in commands.items():
                times[name].append(_time(command))
        firsts = []
        for turn in range(2 if quick else 5):
            fresh = make_lab(Path(folder, f"lab{turn}"), org=Organization("classic"))
            run = run_lab(fresh, 1)
            first = min(run.baseline, key=lambda row: row.started)
            firsts.append((first.metrics["began"] - run.began, first.started - run.began))
    bare = median(wall for wall, _ in times["python -c pass"])
    rows = []
    for name, found in times.items():
        wall, cpu = (median(parts) for parts in zip(*found, strict=True))
        goal = _GOALS.get(name)
        # The goal is of seconds: the ratio goes into the remark.
        rows.append(
            Row("startup", name, "wall", wall, "s", goal=goal,
                remark=f"CPU {cpu:.2f} s, {wall / bare:.1f} times `python -c pass`")
        )  # fmt: skip
    began, started = (median(parts) for parts in zip(*firsts, strict=True))
    rows.append(
        Row("startup", "run", "to the first training run", began, "s", goal=FIRST_RUN,
            remark=f"on record as started at {started:.2f} s; {began / bare:.1f} times "
            "`python -c pass`")
    )  # fmt: skip
    return rows


def _time(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    wall, after = time.perf_counter() - started, os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system
