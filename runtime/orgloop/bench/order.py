"""Turns a job into what a supervisor carries out without having to decide anything."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orgloop.bench.command import argv_for
from orgloop.bench.protocol import Collect, Job, Step
from orgloop.bench.record import mark_of
from orgloop.bench.sandbox import JOB_VARIABLE, Sandbox
from orgloop.bench.supervisor.serve import JobOrder
from orgloop.bench.supervisor.step import CollectOrder, StepOrder


def order_job(job: Job, sandbox: Sandbox, folder: Path) -> JobOrder:
    """The order for ``job``, whose logs go to ``folder``."""
    steps = [
        _order_step(step, sandbox, folder / f"{number}-{step.name}.log", folder)
        for number, step in enumerate(job.steps)
    ]
    return {"id": job.id, "cpus": list(job.cpus), "steps": steps}


def _order_step(step: Step, sandbox: Sandbox, log: Path, folder: Path) -> StepOrder:
    argv = argv_for(step.command)
    environment = dict(step.env)
    # How survivors of a killed supervisor are found again, and no other lab's, which may have a
    # job of the same id; a box takes it out of the command's.
    environment[JOB_VARIABLE] = mark_of(folder)
    if not sandbox.sealed:
        search = environment.get("PATH", os.defpath)
        argv[0] = shutil.which(argv[0], path=search) or argv[0]
    limits = step.limits
    return {
        "name": step.name,
        "argv": sandbox.wrap(step, argv),
        "env": environment,
        "cwd": str(step.cwd),
        "log": str(log),
        "sealed": sandbox.sealed,
        "filtered": sandbox.filtered,
        "nesting": step.box.nesting,
        "untrusted": step.untrusted,
        "cpu": limits.cpu,
        "wall": limits.wall,
        "memory": limits.memory,
        "processes": limits.processes,
        "disk": limits.disk,
        "output": limits.output,
        "writable": [str(bind.source) for bind in step.box.binds if bind.writable],
        "in_memory": list(sandbox.in_memory(step)),
        "guarded": None
        if step.guard is None
        else {"root": str(step.guard.root), "paths": list(step.guard.paths)},
        "collect": [_order_collect(take) for take in step.collect],
    }


def _order_collect(take: Collect) -> CollectOrder:
    return {
        "root": str(take.root),
        "below": take.below,
        "patterns": list(take.patterns),
        "target": str(take.target),
        "limit": take.limit,
        "needed": take.needed,
    }
