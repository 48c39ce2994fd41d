"""Where measurements would run: whether it answers, and whether a job comes back from there."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

from orgloop.bench import Ending, Executor, Job, Step, StepLimits, StepResult, executor_for
from orgloop.bench.protocol import Bind, Box
from orgloop.bench.system_files import whole_system
from orgloop.bench.tail import read_log
from orgloop.doctor.finding import Finding
from orgloop.errors import OrgloopError
from orgloop.ledger.numbers import duration
from orgloop.org import Lab
from orgloop.task.executor import LOCAL

AREA = "executor"
FOLDER = "doctor-executor"
"""Where the job lies in `.orgloop/`; gone when it is over."""
PATIENCE = 120.0
"""Seconds that the job may wait for a machine; a run waits for as long as it takes."""
GIVEN, LEFT = "given", "left"


def runs_elsewhere(lab: Lab, executor: str | None) -> bool:
    """Whether measurements would not run on this machine; ``executor`` is the option's."""
    return (executor or lab.task.executor) != LOCAL


class Comes:
    """Whether the job came back, so that the baseline may follow it."""

    back = True


async def executor_findings(
    lab: Lab, executor: str | None, comes: Comes, *, quick: bool, patience: float = PATIENCE
) -> AsyncIterator[Finding]:
    """Connect, and put one small job through. Nothing for this machine's own executor.

    ``comes`` is filled in. With ``quick`` no job is submitted.
    """
    if not runs_elsewhere(lab, executor):
        return
    name = executor or lab.task.executor
    fresh = not (lab.root / ".orgloop").exists()
    home = lab.root / ".orgloop" / FOLDER
    comes.back = False
    try:
        opened = executor_for(lab.task, name)(home / "jobs")
        try:
            await opened.warm(1)
            yield Finding(area=AREA, what=name, state="ok", said="It answers.")
            if quick:
                yield Finding(
                    area=AREA, what="a job", state="skipped", said="None was put to it: --quick."
                )
                return
            async for finding in _put_through(opened, home, comes, patience):
                yield finding
        finally:
            await opened.close()
    except OrgloopError as error:
        yield Finding(area=AREA, what=name, state="missing", said=error.message, fix=error.hint)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        if fresh:
            with contextlib.suppress(OSError):
                (lab.root / ".orgloop").rmdir()


async def _put_through(
    executor: Executor, home: Path, comes: Comes, patience: float
) -> AsyncIterator[Finding]:
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)

    executor.tell_with(tell)
    work = home / "work"
    work.mkdir(parents=True, exist_ok=True)
    (work / GIVEN).write_text("a word\n", encoding="utf-8")
    began = time.monotonic()
    running = asyncio.ensure_future(executor.run(_job(work)))
    await asyncio.wait((running,), timeout=patience)
    if not running.done():
        while not running.done():
            await executor.kill("doctor")
            await asyncio.wait((running,), timeout=0.2)
        yield Finding(
            area=AREA,
            what="a job",
            state="warning",
            said=f"A small job still waited after {duration(patience)}: {'; '.join(told)}"
            if told
            else f"A small job still waited after {duration(patience)}.",
            fix="A run waits for as long as it takes. The cluster can say what starts sooner.",
        )
        return
    last = running.result().steps[-1]
    took = time.monotonic() - began
    yield _came_back(last, work, took, comes)
    for text in told:
        yield Finding(
            area=AREA,
            what="node",
            state="warning",
            said=text,
            fix="Ask for bubblewrap and user namespaces on the nodes.",
        )


def _job(work: Path) -> Job:
    shown = whole_system()
    step = Step(
        name="doctor",
        command=f"cat {GIVEN} && uname -n && echo done > {LEFT}",
        cwd=work,
        env={"PATH": ":".join(shown.path)},
        box=Box(binds=(*shown.binds, Bind(source=work, writable=True))),
        limits=StepLimits(wall=60.0),
    )
    return Job(id="doctor", steps=(step,))


def _came_back(last: StepResult, work: Path, took: float, comes: Comes) -> Finding:
    words = read_log(last.output).split("\n")
    comes.back = last.ending is Ending.OK and words[0] == "a word" and (work / LEFT).is_file()
    if comes.back:
        return Finding(
            area=AREA,
            what="a job",
            state="ok",
            said=f"One came back from {words[1]} in {duration(took)}; it sees this directory.",
        )
    why = last.message or read_log(last.output)[-200:].strip() or last.ending.value
    return Finding(
        area=AREA,
        what="a job",
        state="missing",
        said=f"A small job came back without having worked: {why}",
        fix="Lab and Python environment must lie where every node sees them, at the same path.",
    )
