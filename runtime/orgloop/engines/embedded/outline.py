"""What a run has taught about the constants of a program, sorted for whoever writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.engines.embedded.axes import Axis
from orgloop.engines.embedded.record import near_misses
from orgloop.engines.embedded.survey import Survey, Tried, survey
from orgloop.engines.protocol import Request
from orgloop.engines.tunables import discover

MOST = 6
"""Entries under one heading."""
OFTEN = 3
"""Trials without a gain from which on a tunable is one to leave alone."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Each sequence bounded by :data:`MOST`."""

    view: Survey
    kept: Sequence[Tried]
    """Kept, and still in the incumbent; the latest first."""
    near: Sequence[Tried]
    """Discarded, though they measured better; the best first."""
    spent: Sequence[Axis]
    """Tried :data:`OFTEN` times or more, without a keep that stands; the most often first."""
    open: Sequence[Axis]
    """Never tried."""
    crashed: Sequence[Tried]
    """The latest first."""


def outline(request: Request) -> Outline:
    """Raises EngineError where the program has nothing to tune."""
    view = survey(discover(request.base, request.task), request.task, request.evidence)
    standing = {id(one): one for one in view.kept.values()}
    spent = [axis for axis in view.axes if _is_spent(view, axis)]
    return Outline(
        view=view,
        kept=[one for one in reversed(view.tried) if id(one) in standing][:MOST],
        near=list(near_misses(view))[:MOST],
        spent=sorted(spent, key=lambda axis: -len(view.about(axis.key)))[:MOST],
        open=[axis for axis in view.axes if not view.about(axis.key)][:MOST],
        crashed=[one for one in reversed(view.tried) if one.trial.status == "crash"][:MOST],
    )


def _is_spent(view: Survey, axis: Axis) -> bool:
    about = view.about(axis.key)
    gained = any((one.effect or 0.0) > 0 for one in about)
    return len(about) >= OFTEN and axis.key not in view.kept and not gained
