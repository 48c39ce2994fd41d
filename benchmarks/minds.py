"""Engines that only benchmarks use; labs name them as `python:benchmarks.minds:...`."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from orgloop.engines.protocol import Answer, Outcome, Request, Usage
from orgloop.engines.resolve import engine_for, resolve
from orgloop.testing.scripted import Line, Scripted

_PROSE = (
    "the rate of a wider layer costs steps under this budget so gain falls when noise is larger "
    "than effect and longer warmup helps only early where loss still drops fast"
)
_WORDS = _PROSE.split()
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


class Writing:
    """Reads its brief, and writes a note of the length that briefs ask for.

    Roles that edit draw a new value of one constant; the others decide as the embedded engines do.
    A brief and a note are charged at four characters a token.
    """

    label = "embedded, writing"
    reads_brief = True

    async def think(self, request: Request) -> Answer:
        """A drawn change or the role's embedded answer, with a hundred words around it."""
        role = request.role
        words = random.Random(f"{request.experiment} {role.name}")
        if role.may_edit:
            answer = _drawn(request, words)
        else:
            engine = engine_for(resolve(role, "", override="embedded"), role)
            answer = await engine.think(request)
        prose = " ".join(words.choice(_WORDS) for _ in range(100))
        note = f"{answer.note}\n\n{prose}\n\n**Lesson:** {prose[:120]}."
        usage = Usage(len(request.brief) // 4, 0, len(note) // 4)
        return replace(answer, note=note, usage=usage)


def _drawn(request: Request, rng: random.Random) -> Answer:
    name, value = rng.choice("ABCDEF"), rng.uniform(1, 9)
    pattern = re.compile(rb"^%s = .*?(?=  #)" % name.encode(), re.MULTILINE)
    program = pattern.sub(f"{name} = {value!r}".encode(), request.files.read("program.py"), count=1)
    title = f"{name} {value:.3f}"
    return Answer(note=f"{title}.", title=title, edits={"program.py": program})


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
