"""The bench's vocabulary: a job of steps for an executor, a measurement for everyone else.

An :class:`Executor` runs a :class:`Job` under limits and survives the lab: awaiting a job that is
already running, or already done, picks it up and never starts it again. What the numbers in its
output mean is the bench's business and not the executor's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bind(_Value):
    """A path made visible in the sandbox, at ``target`` (the same path where left out)."""

    source: Path
    target: Path | None = None
    writable: bool = False


class Box(_Value):
    """What a step can see and reach. Everything not named does not exist for it."""

    binds: tuple[Bind, ...] = ()
    masked: tuple[Path, ...] = ()
    """Files and directories within the binds that appear empty, whatever is bound below them."""
    hollow: tuple[Path, ...] = ()
    """Directories that appear empty but for the binds that reach into them."""
    network: bool = False
    gpus: tuple[str, ...] = ()
    """Device ids as CUDA_VISIBLE_DEVICES takes them."""
    nesting: bool = False
    """Whether it may make boxes of its own."""


class StepLimits(_Value):
    """Limits on a step's whole process tree; seconds and bytes."""

    cpu: float | None = None
    wall: float = 600.0
    memory: int | None = None
    processes: int = 512
    disk: int = 10 * 2**30
    output: int = 2**20


class Collect(_Value):
    """Files to copy out of the candidate's reach once a step went well: regular files only."""

    root: Path
    """A directory whose own path candidate code cannot change."""
    below: str = "."
    """Where in it the patterns begin; as little trusted as all that lies there."""
    patterns: tuple[str, ...]
    """Paths, directories or globs, relative to ``below``."""
    target: Path
    limit: int
    """Bytes in all."""
    needed: bool = True
    """Whether a pattern that matches nothing fails the step."""


class Guard(_Value):
    """Files that candidate code may read and has no business to change."""

    root: Path
    paths: tuple[str, ...]
    """Relative to ``root``."""


class Step(_Value):
    """One command of a job."""

    name: str
    command: str
    """Run by ``sh -c`` (a single plain command is executed without the shell)."""
    cwd: Path
    env: Mapping[str, str] = {}
    box: Box = Box()
    limits: StepLimits = StepLimits()
    untrusted: bool = True
    """Candidate code: shares ``cpu`` with the job's other untrusted steps."""
    guard: Guard | None = None
    """Files that it may not change: to have changed one is its end."""
    collect: tuple[Collect, ...] = ()


class Job(_Value):
    """Steps run in order in one slot; the first that fails ends it."""

    id: str
    """Unique in the lab and stable over restarts: ``r1-e0007-m2``."""
    steps: tuple[Step, ...]
    cpus: tuple[int, ...] = ()
    """CPUs that the whole job is pinned to; empty leaves it free."""
    commit: str = ""
    """What is checked out: a record of the same id with another commit is not this job's."""
    worktree: Path | None = None
    """The checkout the job holds, so that a restarted lab leaves it alone."""
    scratch: tuple[Path, ...] = ()
    """Directories made anew, empty, whenever the job is really started."""
    here: bool = False
    """A role's command, a client, a setup: run where the lab is, whatever runs measurements."""


class Ending(StrEnum):
    """How a step ended."""

    OK = "ok"
    EXIT = "exit"
    """A non-zero exit status or a signal of its own."""
    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    PROCESSES = "processes"
    DISK = "disk"
    FROZEN = "frozen"
    """It ended by itself, but changed files that it may not."""
    ARTIFACTS = "artifacts"
    """It ended well, but what it should leave is missing or is not a plain file."""
    KILLED = "killed"
    """The lab was told to stop it."""
    BROKEN = "broken"
    """The bench could not run it: not the experiment's fault."""


class StepResult(_Value):
    """What became of one step."""

    name: str
    ending: Ending
    exit_code: int | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    output: Path | None = None
    """Stdout and stderr together, as they came, capped."""
    dropped: int = 0
    """Bytes in the middle of it that were not kept."""
    limit: float | None = None
    """What it had of what it ran out of: seconds, bytes, or processes."""
    message: str = ""


class JobResult(_Value):
    """What became of a job: a result for each step that was started."""

    id: str
    steps: tuple[StepResult, ...]
    started: float = 0.0
    """Unix time."""
    finished: float = 0.0


Tell = Callable[[str], Awaitable[None]]
"""Takes a sentence for the person who watches the run."""


class Executor(Protocol):
    """Runs jobs: on this machine, on a cluster, or where a plug-in has them run."""

    @property
    def elsewhere(self) -> bool:
        """Whether measurements run on machines whose CPUs and GPUs are not known here."""
        ...

    def tell_with(self, tell: Tell) -> None:
        """Have what happens between submitting and a result told by this."""
        ...

    @property
    def warning(self) -> str:
        """What a person should know of how steps are confined; empty where all is well."""
        ...

    async def warm(self, count: int) -> None:
        """Get ready for so many jobs at one time, before the first of them comes."""
        ...

    async def run(self, job: Job) -> JobResult:
        """Run to the end, or pick up where an earlier lab left the job of this id."""
        ...

    def unfinished(self) -> Sequence[Job]:
        """Jobs of an earlier lab that still run, or that ended and were never fetched."""
        ...

    async def kill(self, job_id: str) -> None:
        """End a job now; its ``run`` then returns with a step ``killed``."""
        ...

    async def discard(self, job_id: str) -> None:
        """End what an earlier lab left under this id, and remove it with its record."""
        ...

    def forget(self, job_id: str) -> None:
        """Remove a job's record and logs, once what they say is on record elsewhere."""
        ...

    async def close(self) -> None:
        """Let go of what is prestarted. Jobs that run go on without the lab."""
        ...


class CrashKind(StrEnum):
    """Why a measurement has no value."""

    TIMEOUT = "timeout"
    CPU = "cpu limit"
    MEMORY = "out of memory"
    PROCESSES = "too many processes"
    DISK = "disk limit"
    FROZEN = "frozen files"
    EXCEPTION = "exception"
    EXIT = "exit status"
    ARTIFACTS = "artifacts"
    NO_METRIC = "no metric"
    NON_FINITE = "non-finite metric"
    CONSTRAINT = "constraint"
    EVALUATOR = "evaluator"
    STOPPED = "stopped"


class Crash(_Value):
    """A failed run: which step, why, and the last lines it said."""

    kind: CrashKind
    step: str
    message: str
    """One sentence."""
    tail: str = ""
    """At most 40 lines and 4 KB of its output; untrusted text."""


class Measurement(_Value):
    """One run of one commit on one seed."""

    value: float | None
    metrics: Mapping[str, float] = {}
    """Every ``name: value`` that the deciding output held, the metric included."""
    crash: Crash | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    log: Path | None = None
    """The training output as kept on disk."""
