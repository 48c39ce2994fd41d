"""A desk on the organization itself, for a role that amends: its Markdown in a folder of its own.

No checkout of the training code: what is there is ``org/`` and ``roles/`` of the generation that
stands, and what the role leaves changed is its proposal.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from orgloop.bench import Bench
from orgloop.bench.serving import client_visit, left_working
from orgloop.engines.protocol import Answer, Engine, Request
from orgloop.graph.charge import paid_answer
from orgloop.graph.context import WalkContext
from orgloop.graph.desk_visit import Visited, sit_out, taken_up
from orgloop.ledger import StepRow
from orgloop.repo import leavings

AMENDABLE = ("org/*.md", "roles/*.md")
FOLDER = "organizations"
"""Where in ``.orgloop`` these desks are, each named after its visit."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """Meets :class:`~orgloop.bench.Checkout`."""

    path: Path

    @property
    def lab(self) -> Path:
        return self.path


async def ask_to_amend(
    engine: Engine,
    request: Request,
    generation: str,
    visit: str,
    step: StepRow,
    context: WalkContext,
) -> Visited:
    """Ask a role that amends; with a desk on ``generation`` (a commit) where one is needed."""
    return await sit_out(
        engine,
        request,
        step,
        context,
        at_desk=lambda: _at_desk(engine, request, generation, visit, step, context),
    )


async def _at_desk(
    engine: Engine,
    request: Request,
    generation: str,
    visit: str,
    step: StepRow,
    context: WalkContext,
) -> Visited:
    folder = context.repo.home / FOLDER / f"{context.run}-{visit}"
    entries = context.repo.generation_entries(generation)
    # A client that an earlier lab left here works on in the folder that it was given.
    going = left_working(context.executor, client_visit(context.run, visit))
    if going is None:
        await context.offload.git(lambda: _lay_out(folder, generation, context))
    task = context.task.model_copy(
        update={"editable": AMENDABLE, "hidden": (), "mounts": (), "setup": None}
    )
    frozen = folder  # nothing is hidden here, and nothing frozen is asked of this bench
    bench = Bench(task, context.executor, home=context.repo.home, frozen=frozen)
    desk = bench.desk(_Folder(folder), run=context.run, visit=visit)
    try:
        answer: Answer = await paid_answer(engine, replace(request, desk=desk), step, context)
        found = await context.offload.git(lambda: leavings(folder, entries, AMENDABLE))
        return taken_up(answer, found)
    finally:
        context.offload.background(desk.close)
        context.offload.background(lambda: shutil.rmtree(folder, ignore_errors=True))


def _lay_out(folder: Path, generation: str, context: WalkContext) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in context.repo.read_generation(generation).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / ".git").touch()  # boxes mask it, and what they mask must be there
