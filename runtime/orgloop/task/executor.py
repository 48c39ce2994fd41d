"""Where measurements are run: ``executor:`` of ``task.md``, and what each kind of place needs told.

Nothing here changes what a run may do: ``limits``, ``resources`` and ``slots`` mean the same
wherever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orgloop.units import Bytes, Seconds

LOCAL, SLURM, RAY = "local", "slurm", "ray"
BUILT_IN = (LOCAL, SLURM, RAY)
GROUP = "orgloop.executors"
"""The group of entry points that plug-ins declare their executors in."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_OPTION = re.compile(r"[a-z][a-z0-9-]*")
OURS = {
    "job-name": "the bench names its jobs, and finds them again by that",
    "output": "the bench reads the output where it put it",
    "error": "the bench reads the output where it put it",
    "array": "a job is one measurement",
    "nodes": "a run has one machine",
    "ntasks": "a run has one machine",
    "ntasks-per-node": "a run has one machine",
    "cpus-per-task": "it is `resources: {cpus: ...}`",
    "gpus": "it is `resources: {gpus: ...}`",
    "gpus-per-node": "it is `resources: {gpus: ...}`",
    "requeue": "the bench itself tries again what was lost",
    "no-requeue": "the bench itself tries again what was lost",
    "export": "a job gets none of the lab's variables",
    "signal": "the bench sets it",
    "partition": "it is `slurm: {partition: ...}`",
    "account": "it is `slurm: {account: ...}`",
    "qos": "it is `slurm: {qos: ...}`",
    "time": "it is `slurm: {time: ...}`",
    "mem": "it is `slurm: {memory: ...}`",
}
"""Options of sbatch that ``slurm: {options: ...}`` may not set, and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlurmSettings(_Part):
    """How a job is put to Slurm."""

    partition: str | None = Field(default=None, description="sbatch's `--partition`.")
    account: str | None = Field(default=None, description="sbatch's `--account`.")
    qos: str | None = Field(default=None, description="sbatch's `--qos`.")
    gpu: str | None = Field(
        default=None, description="The type of GPU, as `a100`; `resources.gpus` says how many."
    )
    time: Seconds | None = Field(
        default=None,
        description="The allocation's `--time`. Left out: what the limits come to and ten minutes.",
    )
    memory: Bytes | None = Field(
        default=None,
        description="The allocation's `--mem`. Left out: `limits.memory` and some more.",
    )
    setup: tuple[str, ...] = Field(
        default=(), description="Shell lines on the node before anything else: `module load cuda`."
    )
    options: dict[str, str | int | bool] = Field(
        default={}, description="Further options of sbatch, as `constraint: a100` or `nice: 100`."
    )
    cluster: Literal["slurm", "local"] = Field(
        default="slurm",
        description="`local` runs jobs on this machine by submitit's stand-in, for a trial.",
    )


class RaySettings(_Part):
    """How a job is put to Ray."""

    address: str = Field(
        default="auto",
        description=(
            "Of the cluster: `auto` is the one that `ray start` made here, `local` one that "
            "begins and ends with the lab."
        ),
    )
    resources: dict[str, float] = Field(
        default={}, description="Custom resources that a run holds, as `{big_disk: 1}`."
    )


def executor_names() -> Iterator[str]:
    """Every executor that can be named: those that ship, then those of installed packages."""
    from importlib import metadata

    yield from BUILT_IN
    for entry in metadata.entry_points(group=GROUP):
        if entry.name not in BUILT_IN:
            yield entry.name


def word_fault(written: str) -> bool:
    """Whether a partition, an account or the like could not be one."""
    return _WORD.fullmatch(written) is None


def option_fault(name: str) -> tuple[str, str] | None:
    """Why ``name`` is no further option of sbatch, and what to do; None where it may be one."""
    plain = name.lstrip("-").replace("_", "-")
    if plain in OURS:
        return "is not for `options`", f"Leave it out: {OURS[plain]}."
    if not _OPTION.fullmatch(name):
        return "is not the long name of an option", f"Write it as sbatch does, as `{plain}`."
    return None
