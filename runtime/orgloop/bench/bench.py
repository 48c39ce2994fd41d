"""Measures one commit on one seed: the station where numbers come from."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from orgloop.bench.boxes import Boxes, Checkout
from orgloop.bench.command import fill_in
from orgloop.bench.desk import DESK, BenchDesk
from orgloop.bench.environment import step_environment
from orgloop.bench.frozen_files import frozen_files
from orgloop.bench.metric import MetricReader
from orgloop.bench.protocol import (
    Collect,
    Ending,
    Executor,
    Guard,
    Job,
    Measurement,
    Step,
    StepLimits,
)
from orgloop.bench.serving import Serving, client_visit
from orgloop.bench.slots import Slot
from orgloop.bench.tail import read_log, tail
from orgloop.bench.verdict import ASK, EVALUATE, PREDICT, RUN, SCORE, crash_of, measurement
from orgloop.errors import BenchError, UserError
from orgloop.task.model import Task

LEAST_TRUSTED_WALL = 120.0
"""Seconds that a frozen step may take at least, however short the candidate's limit is."""
LEAST_TRUSTED_MEMORY = 4 * 2**30
"""Bytes that it may use at least, and twice the candidate's limit if that is more: the files that
it reads are the candidate's, and a small one can unpack to a large one."""
SETUP_WALL = 3600.0


class Bench:
    """One task's bench. Its measurements are only as honest as the boxes it makes.

    With ``evaluate:`` the number comes from frozen code. With ``predict:`` as well, that code
    runs twice, as ``<evaluate> ask`` before and ``<evaluate> score`` after the candidate's
    answers, and the three steps are joined by files alone. A step finds its directories in the
    environment:

    ====================  ====================================================================
    ORGLOOP_SEED          the seed, also as ``{seed}`` in the command
    ORGLOOP_QUESTIONS     ``ask`` writes them; ``predict`` and ``score`` read them
    ORGLOOP_SCORING       what ``ask`` keeps for ``score``; not there for the candidate
    ORGLOOP_ANSWERS       ``predict`` writes them; ``score`` reads a copy, regular files only
    ORGLOOP_ARTIFACTS     what ``run`` left: for ``predict`` the lab in its worktree, for frozen
                          code a copy of what ``artifacts:`` names, regular files only
    ====================  ====================================================================
    """

    def __init__(
        self, task: Task, executor: Executor, *, home: Path, frozen: Path, run_seed: int = 0
    ) -> None:
        """``home`` is the lab's ``.orgloop``, ``frozen`` the lab in a checkout of the baseline.

        Raises UserError for mounts, packages, a pattern or constraints that cannot be used.
        """
        self._task, self._executor = task, executor
        self._home = home.resolve()
        self._scratch = self._home / "scratch"
        self._frozen = frozen.resolve()
        self.run_seed = run_seed
        self._boxes = Boxes(task, home.resolve().parent, self._frozen)
        self._reader = MetricReader(task.metric, task.pattern, task.constraints)
        self._watched: tuple[str, ...] | None = None

    async def measure(
        self,
        job_id: str,
        worktree: Checkout,
        seed: int,
        slot: Slot,
        *,
        commit: str = "",
        protected: Sequence[Path] = (),
    ) -> Measurement:
        """Run and score what is checked out, or pick up the job of this id and ``commit``.

        ``protected`` are the paths that :meth:`setup` made. Raises BenchError where the bench
        failed and the experiment did not.
        """
        result = await self._executor.run(
            self.job(job_id, worktree, seed, slot, protected, commit=commit)
        )
        try:
            measured = measurement(result, self._reader)
        except BenchError:
            # What the bench failed at is no result: whoever asks again has it run again.
            self._executor.forget(job_id)
            raise
        if self._task.evaluate is not None:
            await asyncio.to_thread(shutil.rmtree, self._scratch / job_id, ignore_errors=True)
        return measured

    def job(
        self,
        job_id: str,
        worktree: Checkout,
        seed: int,
        slot: Slot,
        protected: Sequence[Path] = (),
        *,
        commit: str = "",
    ) -> Job:
        """The job of a measurement, ready for any executor."""
        task, scratch = self._task, self._scratch / job_id
        folders: tuple[Path, ...] = ()
        if task.evaluate is None:
            steps = [self._candidate(RUN, task.run, worktree, seed, slot, protected)]
        elif task.predict is None:
            artifacts = scratch / "artifacts"
            folders = (artifacts,)
            steps = [
                self._candidate(
                    RUN, task.run, worktree, seed, slot, protected, artifacts=artifacts
                ),
                self._trusted(
                    EVALUATE, task.evaluate, seed, slot, readable={"artifacts": artifacts}
                ),
            ]
        else:
            steps = self._three_steps(
                task.evaluate, task.predict, scratch, worktree, seed, slot, protected
            )
            folders = tuple(
                scratch / name
                for name in ("artifacts", "questions", "scoring", "answers", "answered")
            )
        return Job(
            id=job_id,
            steps=tuple(steps),
            cpus=slot.cpus,
            commit=commit,
            worktree=worktree.path,
            scratch=folders,
        )

    def _three_steps(
        self,
        evaluate: str,
        predict: str,
        scratch: Path,
        worktree: Checkout,
        seed: int,
        slot: Slot,
        protected: Sequence[Path],
    ) -> list[Step]:
        artifacts, questions, scoring = (
            scratch / name for name in ("artifacts", "questions", "scoring")
        )
        answers, answered = scratch / "answers", scratch / "answered"
        given = {"questions": questions, "scoring": scoring}
        answering = self._candidate(
            PREDICT,
            predict,
            worktree,
            seed,
            slot,
            protected,
            readable={"questions": questions},
            writable={"answers": answers},
        )
        take = Collect(
            root=answers,
            patterns=("*",),
            target=answered,
            limit=self._task.limits.disk,
            needed=False,
        )
        return [
            self._candidate(RUN, self._task.run, worktree, seed, slot, protected, artifacts),
            self._trusted(ASK, f"{evaluate} ask", seed, slot, writable=given),
            answering.model_copy(update={"collect": (take,)}),
            self._trusted(
                SCORE,
                f"{evaluate} score",
                seed,
                slot,
                readable={**given, "answers": answered, "artifacts": artifacts},
            ),
        ]

    def _candidate(
        self,
        name: str,
        command: str,
        worktree: Checkout,
        seed: int,
        slot: Slot,
        protected: Sequence[Path],
        artifacts: Path | None = None,
        readable: Mapping[str, Path] | None = None,
        writable: Mapping[str, Path] | None = None,
    ) -> Step:
        readable, writable = readable or {}, writable or {}
        box, path = self._boxes.candidate(
            worktree,
            slot,
            protected=protected,
            readable=readable.values(),
            writable=writable.values(),
        )
        limits = self._task.limits
        folders = {**readable, **writable, "artifacts": worktree.lab}
        collect: tuple[Collect, ...] = ()
        if artifacts is not None and self._task.artifacts:
            collect = (
                Collect(
                    root=worktree.path,
                    below=worktree.lab.relative_to(worktree.path).as_posix(),
                    patterns=self._task.artifacts,
                    target=artifacts,
                    limit=limits.disk,
                ),
            )
        return Step(
            name=name,
            command=fill_in(command, seed),
            cwd=worktree.lab,
            env=self._variables(path, seed, slot, folders),
            box=box,
            limits=StepLimits(**limits.model_dump()),
            collect=collect,
            guard=self._guard(worktree),
        )

    def _guard(self, worktree: Checkout) -> Guard | None:
        """Without an evaluator the number is the candidate's own, whatever its files say."""
        if self._task.evaluate is None:
            return None
        if self._watched is None:
            mounts = [mount.target for mount in self._boxes.mounts]
            self._watched = frozen_files(self._frozen, self._task.artifacts, mounts)
        return Guard(root=worktree.lab, paths=self._watched)

    def _trusted(
        self,
        name: str,
        command: str,
        seed: int,
        slot: Slot,
        *,
        readable: Mapping[str, Path] | None = None,
        writable: Mapping[str, Path] | None = None,
    ) -> Step:
        readable, writable = readable or {}, writable or {}
        box, path = self._boxes.trusted(
            slot, readable=readable.values(), writable=writable.values()
        )
        limits = self._task.limits
        return Step(
            name=name,
            command=fill_in(command, seed),
            cwd=self._frozen,
            env=self._variables(path, seed, slot, {**readable, **writable}),
            box=box,
            limits=StepLimits(
                wall=max(limits.wall, LEAST_TRUSTED_WALL),
                memory=None
                if limits.memory is None
                else max(2 * limits.memory, LEAST_TRUSTED_MEMORY),
                disk=limits.disk,
                output=limits.output,
            ),
            untrusted=False,
        )

    def _variables(
        self, path: Sequence[str], seed: int, slot: Slot, folders: Mapping[str, Path]
    ) -> dict[str, str]:
        return step_environment(
            path=path,
            seed=seed,
            cpus=self._task.resources.cpus,
            gpus=slot.gpus,
            folders=folders,
            own=self._task.env,
        )

    def desk(
        self, worktree: Checkout, *, run: str, visit: str, protected: tuple[Path, ...] = ()
    ) -> BenchDesk:
        """A place for a role to work in this worktree; ``visit`` is unique within the run."""
        serving = Serving(
            self._task,
            self._boxes,
            self._executor,
            worktree,
            home=self._home,
            visit=client_visit(run, visit),
            protected=protected,
        )
        return BenchDesk(
            self._task,
            self._boxes,
            self._executor,
            worktree,
            visit=f"{DESK}-{run}-{visit}",
            serving=serving,
            protected=protected,
        )

    async def setup(self, worktree: Checkout, *, job_id: str) -> tuple[Path, ...]:
        """Run the task's ``setup`` in a worktree, with network; what it made at the top of the lab.

        Nothing to do gives nothing. Raises UserError where the command fails: it is the task's.
        """
        if self._task.setup is None:
            return ()
        before = {entry.name for entry in worktree.lab.iterdir()}
        slot = Slot(0)
        box, path = self._boxes.candidate(worktree, slot, network=True)
        step = Step(
            name="setup",
            command=self._task.setup,
            cwd=worktree.lab,
            env=self._variables(path, 0, slot, {}),
            box=box,
            limits=StepLimits(wall=SETUP_WALL),
        )
        result = await self._executor.run(
            Job(id=job_id, steps=(step,), worktree=worktree.path, here=True)
        )
        last = result.steps[-1]
        if last.ending is Ending.BROKEN:
            raise BenchError(f"`setup` could not be run: {last.message}.")
        text = read_log(last.output)
        crash = crash_of(last, text)
        if crash is not None:
            raise UserError(
                f"`setup` failed: {crash.message}", hint=f"It said: {tail(text)[-1000:]}"
            )
        made = [entry for entry in worktree.lab.iterdir() if entry.name not in before]
        return tuple(sorted(made))
