"""What a walk carries from node to node: ids and small values, nothing that grows.

Everything else (notes, measurements, diffs) is in the ledger and in git, so a checkpoint is a few
hundred bytes however long the run.
"""

from __future__ import annotations

from typing import TypedDict


class WalkState(TypedDict):
    """The state of one experiment's thread."""

    experiment: str
    base: str
    """The incumbent that the experiment stands on; moves when it is put on a newer one."""
    commit: str
    """The experiment's own commit; equal to ``base`` until a role changed something."""
    decision: str | None
    """The label of the arrow that the last node takes; None for its single unlabelled one."""
    halt: str
    """Why the walk goes to ``discard`` whatever the arrows say; empty while it may go on."""
    crashed: bool
    """Whether the last visit to the bench ended in a crash."""
    visits: dict[str, int]
    """How often each node was entered."""
    moves: int
    """How often the walk went back to the bench because the incumbent had moved."""


class WalkUpdate(TypedDict, total=False):
    """What a node changes of it."""

    base: str
    commit: str
    decision: str | None
    halt: str
    crashed: bool
    visits: dict[str, int]
    moves: int


def first_state(experiment: str, base: str) -> WalkState:
    """The state in which a walk begins."""
    return WalkState(
        experiment=experiment,
        base=base,
        commit=base,
        decision=None,
        halt="",
        crashed=False,
        visits={},
        moves=0,
    )


def entered(state: WalkState, node: str) -> tuple[int, dict[str, int]]:
    """The number of this visit, from 1, and the counts with it included."""
    visit = state["visits"].get(node, 0) + 1
    return visit, {**state["visits"], node: visit}
