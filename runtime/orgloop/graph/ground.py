"""The ground that an experiment is measured on: its commit, and the incumbent to beat.

That is the incumbent of the moment when the experiment first comes to the bench, and again when
`keep` found that another had become it meanwhile. If its change was made on an older one, it is
put on the new one first (a three-way merge), and it is that commit which is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.charter.flow import STALE
from orgloop.graph.context import WalkContext
from orgloop.graph.ruling import incumbent_now
from orgloop.graph.state import WalkState
from orgloop.ledger import IncumbentRow, MeasurementRow
from orgloop.org import Org
from orgloop.repo import Merged


@dataclass(frozen=True, slots=True)
class Ground:
    """What is measured, and against which incumbent."""

    commit: str
    incumbent: IncumbentRow


@dataclass(frozen=True, slots=True)
class Stale:
    """The change cannot be put on this incumbent."""

    incumbent: IncumbentRow


async def find_ground(
    org: Org, state: WalkState, measured: Sequence[MeasurementRow], context: WalkContext
) -> Ground | Stale:
    """Where the walk stands, after putting its change on the incumbent if that is due.

    What the ledger says of the experiment goes before the walk's state: a lab that died after it
    had put the change on a newer incumbent finds here where it was. ``measured`` are the
    experiment's measurements so far: what has been measured stays where it is until `keep` says
    otherwise.
    """
    row, incumbent, once = await context.offload.ledger(
        lambda: (
            row := context.ledger.experiments.get(context.run, state["experiment"]),
            incumbent_now(context),
            once_incumbent(row.base if row else state["base"], context),
        )
    )
    commit = row.commit if row and row.commit else state["commit"]
    base = row.base if row else state["base"]
    if incumbent.commit == base:
        return Ground(commit, incumbent)
    if not state["moves"] and any(one.commit == commit for one in measured):
        return Ground(commit, once)
    merged = await _put_on_top(state["experiment"], commit, base, incumbent.commit, context)
    if merged is not None:
        await _record(state["experiment"], merged, incumbent.commit, context)
        return Ground(merged, incumbent)
    if STALE in org.charter.flow.labels("bench"):
        await _record(state["experiment"], None, incumbent.commit, context)
    return Stale(incumbent)


def once_incumbent(commit: str, context: WalkContext) -> IncumbentRow:
    """The incumbent that ``commit`` is, or was; the current one if it never was one.

    For the ledger's thread.
    """
    current = incumbent_now(context)
    if commit == current.commit:
        return current
    return context.ledger.incumbents.of_commit(context.run, commit) or current


async def _put_on_top(
    experiment: str, commit: str, base: str, onto: str, context: WalkContext
) -> str | None:
    def work() -> str | None:
        merged = context.repo.merge_onto(commit, base, onto)
        if not isinstance(merged, Merged):
            return None
        context.repo.hold(context.run, experiment, merged.commit)
        return merged.commit

    return await context.offload.git(work)


async def _record(experiment: str, commit: str | None, base: str, context: WalkContext) -> None:
    await context.offload.ledger(
        lambda: context.ledger.experiments.update(context.run, experiment, commit=commit, base=base)
    )
