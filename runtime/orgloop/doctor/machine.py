"""The machine: interpreters, room on the disk, CPUs and GPUs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from orgloop.bench.slots import machine_gpus
from orgloop.doctor.finding import Finding
from orgloop.ledger.numbers import size
from orgloop.task import Task

AREA = "machine"
LITTLE = 2 * 2**30
"""Bytes below which a disk is told to be nearly full: worktrees, logs and artifacts need room."""


def machine_findings(root: Path, task: Task | None) -> Iterator[Finding]:
    """What this machine has, and whether that is enough for the task's slots."""
    yield Finding(
        area=AREA,
        what="python",
        state="ok",
        said=f"Python {platform.python_version()} on {platform.system()} {platform.machine()}.",
    )
    yield from _programs()
    yield _disk(root)
    yield from _slots(task)


def _programs() -> Iterator[Finding]:
    for program, needed_for in (("uv", "environments"), ("node", "coding agents")):
        path = shutil.which(program)
        if path is None:
            yield Finding(
                area=AREA,
                what=program,
                state="skipped",
                said=f"{program} is not here; only {needed_for} that use it need it.",
            )
            continue
        yield Finding(area=AREA, what=program, state="ok", said=f"{_version(path)}.")


def _version(path: str) -> str:
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"{Path(path).name} is here and does not start ({error})"
    line = said.strip().partition("\n")[0]
    name = Path(path).name
    return line if line.startswith(name) else f"{name} {line}"


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    said = f"{size(free)} free where the lab lies."
    if free >= LITTLE:
        return Finding(area=AREA, what="disk", state="ok", said=said)
    return Finding(
        area=AREA,
        what="disk",
        state="warning",
        said=said,
        fix="Worktrees, logs and artifacts need room: free some, or move the lab.",
    )


def _slots(task: Task | None) -> Iterator[Finding]:
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if task is None:
        yield Finding(area=AREA, what="CPUs", state="ok", said=f"{cpus} to run on.")
        return
    wanted = task.slots * task.resources.cpus
    said = f"{task.slots} slots of {task.resources.cpus:g} on {cpus} CPUs."
    if wanted > cpus:
        yield Finding(
            area=AREA,
            what="slots",
            state="warning",
            said=f"{said} Runs share CPUs and slow each other down.",
            fix=f"`slots: {max(1, int(cpus // task.resources.cpus))}` in task.md, or `--slots`.",
        )
    else:
        yield Finding(area=AREA, what="slots", state="ok", said=said)
    if not task.resources.gpus:
        return
    gpus, needed = machine_gpus(), task.slots * task.resources.gpus
    enough = len(gpus) >= needed
    yield Finding(
        area=AREA,
        what="GPUs",
        state="ok" if enough else "missing",
        said=f"{len(gpus)} here; {task.slots} slots ask for {needed}.",
        fix="" if enough else "Lower `slots` or `resources.gpus` in task.md.",
    )
