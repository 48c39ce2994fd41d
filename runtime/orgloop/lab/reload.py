"""Live editing: a good save is the next generation, a broken one a problem and nothing more."""

from __future__ import annotations

import asyncio

from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.ledger import ProblemRow
from orgloop.org import Lab, load_lab

TASK_EDITED = (
    "task.md was edited. This session keeps the one it began with: limits and slots take effect "
    "when the run is resumed, and metric, goal, commands or editable files with --new."
)


class Reload:
    """Reads the lab's Markdown again after a save."""

    def __init__(
        self, lab: Lab, context: WalkContext, generations: Generations, *, org: str | None
    ) -> None:
        self._lab = lab
        self._context = context
        self._generations = generations
        self._org = org
        self._turn = asyncio.Lock()

    async def on_save(self) -> None:
        """Check what is on disk; adopt it, or report what is wrong and go on as before."""
        async with self._turn:
            lab, problems = await asyncio.to_thread(load_lab, self._lab.root, org=self._org)
            rows = [
                ProblemRow(p.path, p.message, p.line, p.key, p.hint, p.severity) for p in problems
            ]
            context = self._context
            await context.offload.ledger(lambda: context.ledger.problems.replace(context.run, rows))
            if lab is None or problems.blocking:
                return
            await self._notice_task(lab)
            await self._generations.adopt(lab.org, author="a person", reason="Edited in the lab")

    async def _notice_task(self, lab: Lab) -> None:
        """A run keeps the task it began with; say so when the file says otherwise."""
        if lab.task == self._lab.task:
            return
        self._lab = lab
        context = self._context
        await context.offload.ledger(
            lambda: context.ledger.problems.notice(TASK_EDITED, run=context.run, level="warning")
        )
