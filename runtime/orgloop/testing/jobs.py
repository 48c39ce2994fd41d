"""Jobs made by hand: a shell command in a box that can write one directory."""

from __future__ import annotations

from pathlib import Path

from orgloop.bench.protocol import Bind, Box, Job, Step, StepLimits
from orgloop.bench.python_env import python_env
from orgloop.bench.system_files import whole_system


def shell_step(work: Path, command: str, **limits: float) -> Step:
    """A step that works in ``work``, which is made; ``limits`` are those of StepLimits."""
    work.mkdir(parents=True, exist_ok=True)
    shown = whole_system() + python_env(None)
    values: dict[str, float] = {"wall": 20.0, **limits}
    return Step(
        name="run",
        command=command,
        cwd=work,
        env={"PATH": ":".join(reversed(shown.path)), "HOME": "/tmp/home"},
        box=Box(binds=(*shown.binds, Bind(source=work, writable=True))),
        limits=StepLimits.model_validate(values),
    )


def shell_job(work: Path, command: str, **limits: float) -> Job:
    """A job of one such step, under the id `j`."""
    return Job(id="j", steps=(shell_step(work, command, **limits),))
