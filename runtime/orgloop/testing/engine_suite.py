"""What every engine must do, as tests: subclass :class:`EngineSuite` in a test module.

::

    class TestMine(EngineSuite):
        def engine(self) -> Engine:
            return Mine()

It needs pytest with pytest-asyncio in auto mode. :meth:`EngineSuite.check` may be called by
itself where another runner is used. An engine that works at a desk is given one, a folder without
a box around it, and may change what the task leaves open there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orgloop.engines.desk import needs_desk
from orgloop.engines.plugin import missing_parts
from orgloop.engines.protocol import Answer, Engine, Outcome, Request
from orgloop.testing.desk import FolderDesk
from orgloop.testing.requests import a_request

_FILES = {
    "train.py": 'LEARNING_RATE = 1e-3\nWIDTH = 64\nprint("loss:", 1.0)\n',
    "evaluate.py": "# Frozen.\n",
}


class EngineSuite:
    """A request with labelled arrows and one without, alone and many at once."""

    def engine(self) -> Engine:
        """The engine under test; called for each test."""
        raise NotImplementedError("Return the engine to test.")

    def requests(self) -> Sequence[Request]:
        """What it is asked; replace this where the engine needs more to go by."""
        return [
            a_request(files=_FILES, decisions=("approve", "revise", "reject")),
            a_request(files=_FILES, experiment="e0002", seed=1),
        ]

    async def ask(self, engine: Engine, request: Request) -> Answer:
        """The engine's answer, given at a desk where it needs one; what it leaves there is held
        to the task.
        """
        if not needs_desk(engine, request.role):
            return await engine.think(request)
        with TemporaryDirectory() as folder:
            editable = request.task.editable
            desk = FolderDesk(Path(folder), request.files, editable=editable)
            answer = await engine.think(replace(request, desk=desk))
            for path in request.files.paths():
                if desk.may_change(path) and request.role.may_edit:
                    continue
                found = desk.lab / path
                assert found.is_file() and not found.is_symlink(), f"`{path}` is gone"
                assert found.read_bytes() == request.files.read(path), f"`{path}` is not to change"
            return answer

    def test_it_has_the_parts_of_an_engine(self) -> None:
        """``label``, ``reads_brief`` and ``async def think``."""
        assert missing_parts(self.engine()) == []

    async def test_every_answer_is_one_that_the_runtime_can_use(self) -> None:
        """See :meth:`check`."""
        engine = self.engine()
        for request in self.requests():
            self.check(request, await self.ask(engine, request))

    async def test_many_walks_may_ask_at_once(self) -> None:
        """An engine is shared by every walk in flight."""
        engine = self.engine()
        asked = [request for request in self.requests() for _ in range(4)]
        answers = await asyncio.gather(*(self.ask(engine, request) for request in asked))
        for request, answer in zip(asked, answers, strict=True):
            self.check(request, answer)

    async def test_asking_leaves_the_request_as_it_was(self) -> None:
        """Other seats of a panel get the same one."""
        engine = self.engine()
        for request in self.requests():
            before = repr((request.evidence, request.history, request.decisions))
            await self.ask(engine, request)
            assert repr((request.evidence, request.history, request.decisions)) == before

    def check(self, request: Request, answer: Answer) -> None:
        """Raise AssertionError with what is wrong with an answer."""
        assert isinstance(answer, Answer), f"not an Answer but {type(answer).__name__}"
        first = answer.note.strip().splitlines()[0] if answer.note.strip() else ""
        assert first, "a note says something, and its first line stands alone"
        if answer.decision is not None:
            assert answer.decision in request.decisions, (
                f"`{answer.decision}` is none of {request.decisions}"
            )
        elif request.decisions:
            assert isinstance(answer.outcome, Outcome), "arrows have labels: decide"
        for path, data in answer.edits.items():
            assert not path.startswith(("/", "~")) and ".." not in path.split("/"), (
                f"`{path}` is not a path inside the lab"
            )
            assert data is None or isinstance(data, bytes), f"`{path}` must be bytes or None"
        json.dumps(_plain(answer.data), allow_nan=False)
        usage = answer.usage
        cost = usage.cost_usd or 0.0
        counts = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, cost)
        assert min(counts) >= 0, "usage counts up"
        assert usage.cached_tokens <= usage.input_tokens, "cached tokens are part of the input"
        assert answer.title is None or "\n" not in answer.title, "a title is one line"


def _plain(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    return data
