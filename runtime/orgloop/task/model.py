"""What a lab improves: the frontmatter of ``task.md``, validated.

Times are seconds and sizes are bytes once parsed; in the file both may carry a unit
(``6s``, ``2 min``, ``2GB``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orgloop.task.executor import LOCAL, RaySettings, SlurmSettings
from orgloop.units import Bytes, Seconds

Goal = Literal["minimize", "maximize"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Part):
    """What one measurement may use, over its whole process tree; past it is a crash."""

    cpu: Seconds | None = Field(default=None, description="CPU time, as `6s` or `2min`.")
    wall: Seconds = Field(default=600.0, description="Time on the clock, as `60s` or `10min`.")
    memory: Bytes | None = Field(default=None, description="Resident memory, as `2GB`.")
    processes: int = Field(default=512, ge=1, description="Processes alive at one time.")
    disk: Bytes = Field(default=10 * 2**30, description="What a run may write, as `10GB`.")
    output: Bytes = Field(default=2**20, description="Output kept of each step, as `1MB`.")


class Resources(_Part):
    """What one slot of the bench holds while an experiment is on it."""

    cpus: int = Field(default=1, ge=1, description="CPUs pinned to a slot.")
    gpus: int = Field(default=0, ge=0, description="GPUs given to a slot.")


class SandboxPolicy(_Part):
    """What candidate code may reach beyond its worktree."""

    network: bool = Field(default=False, description="Whether a run may use the network.")
    nesting: bool = Field(
        default=False,
        description=("Whether a run may make sandboxes of its own, as one that runs Orgloop does."),
    )
    packages: tuple[str, ...] | None = Field(
        default=None,
        description=(
            "Import names of the Python packages that a run may see, with what they require, "
            "beside the standard library; `-sklearn.datasets.data` leaves a folder of one out. "
            "Left out: all that are installed in the environment."
        ),
    )


class TaskFrontmatter(_Part):
    """The keys of ``task.md``."""

    name: str = Field(description="A short name, used in branches and reports.")
    metric: str = Field(description="The name that stands before the number in the output.")
    goal: Goal = Field(description="Whether smaller or larger values are better.")
    run: str = Field(description="The training command; `{seed}` is filled in by the bench.")
    predict: str | None = Field(
        default=None, description="Candidate code that answers the evaluator's questions."
    )
    evaluate: str | None = Field(
        default=None, description="Frozen code; when present only its number counts."
    )
    holdout: str | None = Field(
        default=None,
        description=(
            "Frozen code that scores as `evaluate` does, on data that no run of the search is "
            "scored on: only `orgloop audit` runs it."
        ),
    )
    editable: tuple[str, ...] = Field(
        min_length=1, description="The files an experiment may change, as paths or globs."
    )
    limits: Limits = Field(default=Limits())
    slots: int = Field(default=1, ge=1, description="Experiments on the bench at one time.")
    resources: Resources = Field(default=Resources())
    executor: str = Field(
        default=LOCAL,
        description="Where measurements run: `local` (this machine), `slurm`, `ray`, a plug-in's.",
    )
    slurm: SlurmSettings = Field(default=SlurmSettings())
    ray: RaySettings = Field(default=RaySettings())
    setup: str | None = Field(
        default=None, description="Run once per worktree, with network, before its first run."
    )
    mounts: tuple[str, ...] = Field(
        default=(),
        description="Ignored data, caches and environments a run needs; bound read-only.",
    )
    hidden: tuple[str, ...] = Field(
        default=(), description="Files that neither candidate code nor a role may see."
    )
    env: dict[str, str] = Field(default={}, description="Environment variables of a run.")
    artifacts: tuple[str, ...] = Field(
        default=(), description="Files that a run leaves for `predict` and `evaluate`."
    )
    pattern: str | None = Field(
        default=None,
        description=(
            "A regular expression for the metric line where that is not `name: value`, with "
            "the groups `name` and `value`, or `value` alone."
        ),
    )
    constraints: dict[str, str] = Field(
        default={}, description="Bounds on other printed numbers, as `peak_gb: <= 40`."
    )
    min_delta: float = Field(
        default=0.0,
        ge=0.0,
        allow_inf_nan=False,
        description="The smallest change of the metric worth having.",
    )
    tunables: tuple[str, ...] | dict[str, object] = Field(
        default=(),
        description=(
            "Names (globs) of the constants that embedded engines may tune, or a mapping from "
            "a name to its range. Left out: those that are discovered."
        ),
    )
    sandbox: SandboxPolicy = Field(default=SandboxPolicy())


class Task(TaskFrontmatter):
    """A parsed ``task.md``: its frontmatter and its text."""

    body: str = ""
    """The Markdown below the frontmatter: what the model is and what is fair game."""

    @property
    def self_reported(self) -> bool:
        """Whether the number comes from the code under test and not from a frozen evaluator."""
        return self.evaluate is None

    def better(self, candidate: float, incumbent: float) -> bool:
        """Whether ``candidate`` beats ``incumbent`` by the goal alone, strictly."""
        return candidate < incumbent if self.goal == "minimize" else candidate > incumbent

    def gain(self, candidate: float, incumbent: float) -> float:
        """The improvement of ``candidate`` over ``incumbent``; positive is better."""
        return incumbent - candidate if self.goal == "minimize" else candidate - incumbent
