"""A role's place at the bench: a checkout, and the box that its commands run in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from orgloop.bench.boxes import Boxes, Checkout
from orgloop.bench.environment import step_environment
from orgloop.bench.protocol import Ending, Executor, Job, Step, StepLimits
from orgloop.bench.serving import Serving
from orgloop.bench.slots import Slot
from orgloop.bench.tail import read_log
from orgloop.bench.verdict import crash_of
from orgloop.desk import OUTPUT_CAP, Program, Ran, Served
from orgloop.errors import BenchError
from orgloop.repo.globs import Globs
from orgloop.task.model import Task

DESK = "desk"
"""What ids of commands' jobs begin with: no measurement's does."""
_DESK = Slot(0)
"""Commands of roles take no slot: no CPU of their own, and no GPU."""


class BenchDesk:
    """Meets :class:`orgloop.engines.desk.Desk`; its jobs are named after the visit."""

    def __init__(
        self,
        task: Task,
        boxes: Boxes,
        executor: Executor,
        checkout: Checkout,
        *,
        visit: str,
        serving: Serving,
        protected: tuple[Path, ...] = (),
    ) -> None:
        """``visit`` is unique to one visit of one role: ``desk-r1-e0007-experimenter-1``."""
        self._serving = serving
        self._task, self._boxes, self._executor = task, boxes, executor
        self._checkout, self._protected = checkout, protected
        self._hidden = Globs(task.hidden, floating=True)
        self._editable = Globs(task.editable)
        self._jobs = (f"{visit}-c{number}" for number in itertools.count(1))

    @property
    def lab(self) -> Path:
        """The lab in the checkout."""
        return self._checkout.lab

    def hides(self, path: str) -> bool:
        """Whether ``hidden:`` matches the path."""
        return self._hidden.matches(path)

    def may_change(self, path: str) -> bool:
        """Whether ``editable:`` matches the path."""
        return self._editable.matches(path)

    async def serve(self, program: Program) -> Served:
        """Let a client work here; see :class:`Serving`."""
        return await self._serving.serve(program)

    def close(self) -> None:
        """Remove what clients were given, once the visit is over."""
        self._serving.close()

    async def run(
        self,
        command: str,
        *,
        seconds: float = 120.0,
        cap: int = OUTPUT_CAP,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run a shell command in the bench's box, under the task's limits and ``seconds``."""
        box, path = self._boxes.candidate(self._checkout, _DESK, protected=self._protected)
        limits = self._task.limits
        step = Step(
            name="command",
            command=command,
            cwd=self.lab,
            env=step_environment(
                path=path,
                seed=0,
                cpus=self._task.resources.cpus,
                gpus=(),
                folders={},
                own={**self._task.env, **(env or {})},
            ),
            box=box,
            limits=StepLimits(**{**limits.model_dump(), "cpu": None, "wall": seconds}),
        )
        job_id = next(self._jobs)
        # A lab that died at this visit asks the role anew, and the role may want something else.
        self._executor.forget(job_id)
        result = await self._executor.run(
            Job(id=job_id, steps=(step,), worktree=self._checkout.path, here=True)
        )
        last = result.steps[-1]
        text = read_log(last.output)
        if last.ending is Ending.BROKEN:
            raise BenchError(f"A command of a role could not be run: {last.message}.")
        crash = crash_of(last, text)
        self._executor.forget(job_id)
        by_itself = last.ending in (Ending.OK, Ending.EXIT)
        return Ran(
            exit_code=last.exit_code if by_itself else None,
            output=_middle_out(text, cap),
            why="" if by_itself or crash is None else crash.message,
            wall_s=last.wall_s,
        )


def _middle_out(text: str, cap: int) -> str:
    """Beginning and end, where it is longer: what failed stands last, what ran stands first."""
    if len(text) <= cap:
        return text
    half = cap // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"
