"""Experiments as walks, for tests of what is read off them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orgloop.ledger import StepRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.ledger.conftest import Lab

Stop = tuple[str, str | None] | tuple[str, str | None, Mapping[str, object]]
"""A node, what it decided, and further fields of the step: ``seconds``, ``commit``, ``data``..."""


def walk(
    lab: Lab,
    stops: Sequence[Stop],
    end: str = "discard",
    *,
    effect: float | None = None,
    gain: float | None = None,
    value: float = 2.6,
    reason: str | None = None,
    fingerprint: str | None = None,
    generation: int = 1,
) -> str:
    """An experiment that came by ``stops`` and ended as ``end`` says; ``running`` goes on."""
    ledger, run = lab.ledger, lab.run.id
    incumbent = ledger.incumbents.current(run)
    assert incumbent is not None
    id = ledger.experiments.start(run, generation, incumbent.commit).id
    commit, last = incumbent.commit, ""
    visits: dict[str, int] = {}
    for node, decision, *more in stops:
        fields = dict(more[0]) if more else {}
        visits[node] = visits.get(node, 0) + 1
        began = ledger.steps.begin(run, id, node, visits[node])
        lab.clock.now += float(str(fields.pop("seconds", 1.0)))
        if fields.pop("edit", False):
            lab.commits += 1
            commit = f"{lab.commits:040x}"
            ledger.experiments.update(run, id, commit=commit)
        if fields.pop("restart", False):
            commit = incumbent.commit
        if node == "bench" and decision == "measured":
            lab.measure(id, value, wall_s=2.0)
        ledger.steps.finish(
            StepRow(
                run,
                id,
                node,
                visits[node],
                began.started,
                None,
                decision,
                note="Said.",
                engine="embedded: x",
                commit=commit,
                **fields,  # type: ignore[arg-type]
            )
        )
        last = node
    if effect is not None:
        ledger.experiments.first_effect(run, id, effect)
    if fingerprint is not None:
        ledger.experiments.update(run, id, fingerprint=fingerprint)
    if end == "keep":
        ledger.experiments.keep(run, id, commit=commit, value=value, stderr=0.01, gain=gain)
    elif end != "running":
        why = f"{last}: Said." if reason is None else reason
        ledger.experiments.finish(run, id, end, why, gain=gain)
    return id


def said(call: str) -> dict[str, object]:
    """A visit of the bench after which the referee said this."""
    return {"data": {"ruling": {"call": call}}}
