"""Fits a job, which the lab wrote down on its own machine, to the node that is to run it.

GPUs are numbered in the job from 0 to how many it may hold; which those are, the scheduler has said
in the node's environment. Files lie where they lie in the lab, or it cannot be run.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from orgloop.bench.protocol import Bind, Job, Step
from orgloop.bench.slots import machine_gpus

GPUS = "CUDA_VISIBLE_DEVICES"
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc", "/opt")
"""Systems differ a little from node to node: what is missing there, a step can do without."""
_PHYSICAL = ("SLURM_STEP_GPUS", "SLURM_JOB_GPUS")
"""GPUs as the machine numbers them; within a job Slurm may number its own from 0 again."""


class Unfit(Exception):
    """The job cannot be run on this node; the message is a clause for the person."""


def fit(job: Job, environment: Mapping[str, str]) -> Job:
    """The job with this node's GPUs and files; raises :class:`Unfit`."""
    wanted = max((len(step.box.gpus) for step in job.steps), default=0)
    visible, devices = _gpus(wanted, environment)
    steps = tuple(_fitted(step, visible, devices) for step in job.steps)
    return job.model_copy(update={"steps": steps, "cpus": ()})


def _gpus(wanted: int, environment: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a step sees as CUDA_VISIBLE_DEVICES, and which devices that is."""
    if not wanted:
        return (), ()
    said = environment.get(GPUS)
    visible = _words(said) if said is not None else tuple(machine_gpus())
    if len(visible) < wanted:
        raise Unfit(
            f"{socket.gethostname()} gave the job {len(visible)} GPU(s) of the {wanted} that "
            "`resources.gpus` asks for"
        )
    visible = visible[:wanted]
    for name in _PHYSICAL:
        numbers = _words(environment.get(name, ""))
        if len(numbers) >= wanted and all(number.isdecimal() for number in numbers):
            return visible, numbers
    return visible, visible


def _words(said: str) -> tuple[str, ...]:
    return tuple(word for part in said.split(",") if (word := part.strip()) not in ("", "-1"))


def _fitted(step: Step, visible: Sequence[str], devices: Sequence[str]) -> Step:
    for path in (step.cwd, *(bind.source for bind in step.box.binds if not _of_system(bind))):
        if not path.exists():
            raise Unfit(
                f"{path} is not there on {socket.gethostname()}: lab, Python environment and "
                "mounts must lie on a file system that the nodes share, at the same path"
            )
    kept = tuple(bind for bind in step.box.binds if not _of_system(bind) or bind.source.exists())
    box = step.box.model_copy(update={"binds": kept})
    if not step.box.gpus:
        return step.model_copy(update={"box": box})
    env = dict(step.env)
    if env.get(GPUS) == ",".join(step.box.gpus):  # else the task's own `env:` has the last word
        env[GPUS] = ",".join(visible)
    box = box.model_copy(update={"gpus": tuple(devices)})
    return step.model_copy(update={"box": box, "env": env})


def _of_system(bind: Bind) -> bool:
    return not bind.writable and any(bind.source.is_relative_to(Path(root)) for root in _SYSTEM)
