"""Engines that only benchmarks use; labs name them as `python:benchmarks.minds:...`."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from orgloop.engines.protocol import Answer, Outcome, Request
from orgloop.testing.scripted import Line, Scripted

_CONSTANT = re.compile(rb"^A = .*?(?=  #)", re.MULTILINE)


def _draw(request: Request) -> Line:
    """A worse value of the first constant: keeps, and what follows them, are another matter."""
    value = random.Random(request.experiment).uniform(6, 9)
    program = request.files.read("program.py")
    return Line(
        title=f"A {value:.3f}",
        edits={"program.py": _CONSTANT.sub(f"A = {value!r}".encode(), program, count=1)},
    )


def _judge(request: Request) -> Line:
    """Stands by the referee, as a critic must."""
    verdict = request.evidence.verdict
    better = verdict is not None and verdict.outcome == "better"
    return Line(outcome=Outcome.PASS if better else Outcome.FAIL)


def slow() -> Scripted:
    """Takes a second for whatever it is asked, as a model far away would."""
    parts = {"worker": _draw, "experimenter": _draw, "critic": _judge}
    return Scripted(parts, delay=1.0)


class BriefedTpe:
    """The embedded experimenter, but with its brief rendered; the brief's length goes on record."""

    label = "embedded: tpe, briefed"
    reads_brief = True

    def __init__(self) -> None:
        from orgloop.engines.embedded.tpe import Tpe

        self._tpe = Tpe()

    async def think(self, request: Request) -> Answer:
        """Answer as the embedded engine does."""
        answer = await self._tpe.think(request)
        return replace(answer, data={**answer.data, "brief": len(request.brief)})
