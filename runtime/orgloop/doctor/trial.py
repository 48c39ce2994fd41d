"""The run and evaluate commands: the baseline, measured twice on one seed, and thrown away."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from orgloop.bench import Bench, ExecutorFactory, Measurement, Slots, seed_value
from orgloop.doctor.finding import Finding
from orgloop.errors import LabBusy, OrgloopError
from orgloop.lab.lock import LabLock
from orgloop.ledger.numbers import duration, size
from orgloop.org import Lab
from orgloop.repo import LabRepo
from orgloop.repo.frozen import write_out

AREA = "bench"
FOLDER = "doctor"
"""Where the trial lies in `.orgloop/`, and what its jobs are called; gone when it is over."""
SEED = 1
TAIL = 400


@dataclass(frozen=True, slots=True)
class _Checkout:
    path: Path
    lab: Path


@dataclass(slots=True)
class Trial:
    """What was measured."""

    seconds: float | None = None
    """On the clock, of one run with everything that scores it; None where it did not work."""


async def trial_findings(
    lab: Lab, trial: Trial, factory: ExecutorFactory, *, quick: bool
) -> AsyncIterator[Finding]:
    """Measure HEAD in the bench's own way, without a worktree and without the ledger.

    ``trial`` is filled in; ``factory`` makes the executor of a run. Nothing is run while another
    process runs the lab.
    """
    if quick:
        yield Finding(area=AREA, what="baseline", state="skipped", said="Not run, since --quick.")
        return
    fresh = not (lab.root / ".orgloop").exists()
    try:
        with LabRepo.open(lab.root) as repo:
            lock = LabLock(repo.home)
            try:
                async for finding in _measured(lab, repo, trial, factory):
                    yield finding
            finally:
                shutil.rmtree(repo.home / FOLDER, ignore_errors=True)
                lock.release()
                if fresh:
                    shutil.rmtree(repo.home, ignore_errors=True)
    except LabBusy:
        yield Finding(
            area=AREA,
            what="baseline",
            state="skipped",
            said="Not run: this lab is running, and its numbers need the bench to themselves.",
        )
    except OrgloopError as error:
        yield Finding(
            area=AREA, what="baseline", state="missing", said=error.message, fix=error.hint
        )


async def _measured(
    lab: Lab, repo: LabRepo, trial: Trial, factory: ExecutorFactory
) -> AsyncIterator[Finding]:
    home = repo.home / FOLDER
    shutil.rmtree(home, ignore_errors=True)
    checkout, frozen = _written(repo, home / "checkout"), _written(repo, home / "frozen")
    (checkout.path / ".git").touch()
    executor = factory(home / "jobs")
    try:
        bench = Bench(lab.task, executor, home=repo.home, frozen=frozen.lab)
        slot = Slots(lab.task, elsewhere=executor.elsewhere).slots[0]
        protected = await bench.setup(checkout, job_id=f"{FOLDER}-setup")
        seed = seed_value(SEED, 0, "search")
        first = await bench.measure(f"{FOLDER}-1", checkout, seed, slot, protected=protected)
        yield _ran(first, lab)
        if first.value is None:
            return
        trial.seconds = first.wall_s
        again = await bench.measure(f"{FOLDER}-2", checkout, seed, slot, protected=protected)
        yield _repeated(first, again)
    finally:
        await executor.close()


def _written(repo: LabRepo, directory: Path) -> _Checkout:
    directory.mkdir(parents=True)
    write_out(repo, repo.head(), directory)
    prefix = repo.place.prefix
    return _Checkout(directory, directory / prefix if prefix else directory)


def _ran(measured: Measurement, lab: Lab) -> Finding:
    crash = measured.crash
    if crash is not None or measured.value is None:
        said = "no value" if crash is None else f"{crash.kind.value} in `{crash.step}`: "
        tail = "" if crash is None else crash.tail.strip()[-TAIL:]
        return Finding(
            area=AREA,
            what="baseline",
            state="missing",
            said=f"HEAD does not run: {said}{crash.message if crash else ''}",
            fix=f"Its last output: {tail}"
            if tail
            else "Mend the command or the limits in task.md.",
        )
    scored = "" if lab.task.self_reported else " from the frozen evaluator"
    return Finding(
        area=AREA,
        what="baseline",
        state="ok",
        said=f"{lab.task.metric} {measured.value:.6g}{scored} in {duration(measured.wall_s)}, "
        f"{duration(measured.cpu_s)} of CPU, {size(measured.peak_bytes)}.",
    )


def _repeated(first: Measurement, again: Measurement) -> Finding:
    if again.value is None:
        said = again.crash.message if again.crash else "no value"
        return Finding(
            area=AREA,
            what="again",
            state="warning",
            said=f"The same run on the same seed ended otherwise: {said}",
            fix="Raise the limits, or find what it depends on besides its seed.",
        )
    if again.value == first.value:
        return Finding(
            area=AREA,
            what="again",
            state="ok",
            said="The same seed gives the same number, so pairs of runs can be compared.",
        )
    return Finding(
        area=AREA,
        what="again",
        state="warning",
        said=f"The same seed gives {again.value:.6g} the second time: it does not fix everything.",
        fix="Seed every random generator from `{seed}`; what stays is noise, paid for in runs.",
    )
