"""The embedded librarian (``notebook``): writes down what the run has taught, from its evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from orgloop.engines.embedded.axes import written
from orgloop.engines.embedded.outline import Outline, outline
from orgloop.engines.embedded.survey import Tried
from orgloop.engines.embedded.telling import amount, so_far
from orgloop.engines.protocol import Answer, Outcome, Request


class Notebook:
    """Counts and sorts; it understands nothing, and invents nothing."""

    label = "embedded: notebook"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """The notebook as a note; raises EngineError where the program has nothing to tune."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        found = outline(request)
        parts = [_first(request), *_parts(found)]
        return Answer(note="\n\n".join(parts), outcome=Outcome.PASS)


def _first(request: Request) -> str:
    evidence = request.evidence
    since = f", {evidence.streak} since the last keep" if evidence.streak else ""
    return f"The notebook after {evidence.finished} experiments{since}."


def _parts(found: Outline) -> Iterator[str]:
    for heading, lines in (
        ("What helped", [_change(one) for one in found.kept]),
        ("Near misses", [_change(one) for one in found.near]),
        ("What did not help", [so_far(found.view, axis) for axis in found.spent]),
        ("What crashed", [_change(one) for one in found.crashed]),
        (
            "Not tried yet",
            [f"`{axis.name}`, now {written(axis.tunable.value)}" for axis in found.open],
        ),
    ):
        if lines:
            yield _listed(heading, lines)


def _change(one: Tried) -> str:
    """``LR 0.001 -> 0.002: +0.03 (e0007)``."""
    moved = ", ".join(
        f"`{key.rpartition(':')[2]}` {written(one.was[key])} -> {written(value)}"
        if key in one.was
        else f"`{key.rpartition(':')[2]}` -> {written(value)}"
        for key, value in one.own.items()
    )
    kept = one.trial.status == "keep" and (one.effect or 0.0) <= 0  # its base was another one
    came = "kept" if kept else "crashed" if one.effect is None else amount(one.effect)
    return f"{moved or 'a change of code'}: {came} ({one.trial.experiment})"


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([f"**{heading}**", "", *(f"- {line}" for line in lines)])
