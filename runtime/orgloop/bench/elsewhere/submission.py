"""Jobs as submitit submits them: the one module that the extra ``slurm`` is for.

submitit writes the batch script, asks sbatch and starts Python on the node. What becomes of a job
is not asked of it: the bench reads the node's own record, and Slurm itself says what still waits.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import submitit
from submitit.core.utils import FailedJobError, FailedSubmissionError

from orgloop.bench.elsewhere.node import carry_out
from orgloop.bench.elsewhere.queue import Asked, QueueDown, Refused
from orgloop.task.executor import SlurmSettings

FOLDER = "submitit"
WARNED_S = 30
"""Seconds between Slurm's warning and the end of an allocation's time."""
SHARE, BESIDE = 8, 2**29
"""An allocation has an eighth more than the limit of memory, and half a GB, so that a run over its
limit is ended by the bench, which says so, and not by the node."""
KEPT = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH"),
    *("PYTHONPATH", "SLURM_CONF", "VIRTUAL_ENV", "MODULEPATH", "MODULESHOME", "LMOD_CMD"),
)
"""Variables that a submission takes along: none of the lab's keys is among them."""
_BUSY = (
    "contact slurm controller",
    "timed out",
    "Connection refused",
    "temporarily",
    "try again",
    "MaxSubmitJob",
    "job submit limit",
    "Job violates accounting/QOS policy",
    "Zero Bytes were transmitted",
)
"""What sbatch says where the same job may be taken later."""


class _CleanSlurm(submitit.SlurmExecutor):
    """Submits without the variables of the lab's process, which Slurm would hand to the job."""

    def _make_submission_command(self, submission_file_path: Path) -> list[str]:
        kept = [f"{name}={os.environ[name]}" for name in KEPT if name in os.environ]
        return ["env", "-i", *kept, *super()._make_submission_command(submission_file_path)]


def slurm_submission(settings: SlurmSettings, asked: Asked) -> submitit.SlurmExecutor:
    """What submits ``asked``. Its script and submitit's own logs lie in the try's directory."""
    made = _CleanSlurm(asked.folder / FOLDER)
    parameters: dict[str, object] = {
        "job_name": asked.name,
        "time": math.ceil((settings.time or asked.seconds) / 60),
        "nodes": 1,
        "ntasks_per_node": 1,
        "cpus_per_task": asked.cpus,
        "srun_args": [f"--cpus-per-task={asked.cpus}"],  # which srun no longer takes from sbatch
        "signal_delay_s": WARNED_S,
        "wckey": None,
        "partition": settings.partition,
        "account": settings.account,
        "qos": settings.qos,
        "setup": list(settings.setup) or None,
        "additional_parameters": {"no-requeue": True, **_plain(settings.options)},
    }
    if asked.gpus:
        kind = f"{settings.gpu}:" if settings.gpu else ""
        parameters["gpus_per_node"] = f"{kind}{asked.gpus}"
    memory = settings.memory
    if memory is None and asked.memory is not None:
        memory = asked.memory + asked.memory // SHARE + BESIDE
    if memory is not None:
        parameters["mem"] = f"{-(-memory // 2**20)}M"
    made.update_parameters(**{k: v for k, v in parameters.items() if v is not None or k == "wckey"})
    return made


def local_submission(settings: SlurmSettings, asked: Asked) -> submitit.LocalExecutor:
    """The stand-in on this machine, with the same time."""
    made = submitit.LocalExecutor(asked.folder / FOLDER)
    seconds = settings.time or asked.seconds
    made.update_parameters(
        timeout_min=seconds / 60, signal_delay_s=WARNED_S, setup=list(settings.setup)
    )
    return made


def submitted(make: Callable[[], submitit.Executor], asked: Asked) -> submitit.Job[str]:
    """Submit ``asked`` by what ``make`` makes. Raises QueueDown or Refused."""
    try:
        return make().submit(carry_out, str(asked.folder))
    except (FailedJobError, FailedSubmissionError, subprocess.SubprocessError, OSError) as error:
        said = " ".join(str(error).split("\n")[-1].split()) or type(error).__name__
        whole = str(error)
        if any(sign.lower() in whole.lower() for sign in _BUSY):
            raise QueueDown(said) from error
        raise Refused(_words(whole) or said) from error


def _words(said: str) -> str:
    """sbatch's own line of an error that quotes its whole command."""
    lines = [line.strip() for line in said.splitlines()]
    errors = [line.partition("error:")[2].strip() for line in lines if "error:" in line]
    return "; ".join(dict.fromkeys(errors)).rstrip(".")


def _plain(options: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
    return {name: value for name, value in options.items() if value is not False}


def missing_commands() -> list[str]:
    """Commands of Slurm's that are not on the PATH."""
    return [name for name in ("sbatch", "srun", "squeue", "scancel") if shutil.which(name) is None]
