"""Live editing: a good save is the next generation, a broken one a problem and nothing more."""

from __future__ import annotations

import asyncio

from orgloop.errors import RepoError
from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.lab.probation import Probation
from orgloop.lab.take_over import take_over
from orgloop.lab.thinkable import unthinkable
from orgloop.ledger import ProblemRow
from orgloop.org import Lab, load_lab

TASK_EDITED = (
    "task.md was edited. This session keeps the one it began with: limits and slots take effect "
    "when the run is resumed, and metric, goal, commands or editable files with --new."
)

TERMS_EDITED = (
    "The charter's budget or rules of acceptance were edited. This session keeps those that it "
    "began with; they take effect when the run is resumed."
)


class Reload:
    """Reads the lab's Markdown again after a save."""

    def __init__(
        self,
        lab: Lab,
        context: WalkContext,
        generations: Generations,
        probation: Probation,
        *,
        org: str | None,
    ) -> None:
        self._lab = lab
        self._context = context
        self._generations = generations
        self._probation = probation
        self._org = org
        self._turn = asyncio.Lock()

    async def on_save(self) -> None:
        """Check what is on disk; adopt it, or report what is wrong and go on as before."""
        try:
            await self._take_over()
        except RepoError as error:
            await self._notice(f"What was saved could not be taken over: {error}")

    async def _take_over(self) -> None:
        async with self._turn:
            lab, problems = await asyncio.to_thread(load_lab, self._lab.root, org=self._org)
            if lab is not None and not problems.blocking:
                problems.extend(await asyncio.to_thread(unthinkable, lab.org, self._context))
            rows = [
                ProblemRow(p.path, p.message, p.line, p.key, p.hint, p.severity) for p in problems
            ]
            context = self._context
            await context.offload.ledger(lambda: context.ledger.problems.replace(context.run, rows))
            if lab is None or problems.blocking:
                return
            await self._notice_edits(lab)
            await take_over(
                lab.org, "Edited in the lab", self._generations, self._probation, context
            )

    async def _notice_edits(self, lab: Lab) -> None:
        """A session keeps its task and its terms; say so when the files say otherwise."""
        texts: list[str] = []
        if lab.task != self._lab.task:
            texts.append(TASK_EDITED)
        if _terms(lab) != _terms(self._lab):
            texts.append(TERMS_EDITED)
        self._lab = lab
        for text in texts:
            await self._notice(text)

    async def _notice(self, text: str) -> None:
        context = self._context
        await context.offload.ledger(
            lambda: context.ledger.problems.notice(text, run=context.run, level="warning")
        )


def _terms(lab: Lab) -> tuple[object, ...]:
    """What of the charter holds for a session and not for a generation."""
    charter = lab.org.charter
    return charter.budget, charter.accept, charter.ties
