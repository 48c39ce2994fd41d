"""What the record forbids and suggests: keeps, near misses, losses, and what is in flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.axes import Axis, Value, same
from orgloop.engines.embedded.survey import Survey, Tried

_MISSES = 5


def busy(view: Survey) -> frozenset[str]:
    """Tunables that walks in flight are changing."""
    return frozenset(key for one in view.running for key in one.own)


def near_misses(view: Survey) -> Sequence[Tried]:
    """Discarded trials that measured above their incumbent and are not in this one; best first."""
    close = [
        one
        for one in view.tried
        if one.trial.status == "discard"
        and one.own
        and (one.effect or 0.0) > 0
        and all(same(view.home[key], value) for key, value in one.was.items())
    ]
    return sorted(close, key=lambda one: -(one.effect or 0.0))[:_MISSES]


def last_way(view: Survey, axis: Axis) -> float | None:
    """The step that its latest keep took, in steps; None where it has none or has no order."""
    kept = view.kept.get(axis.key)
    if kept is None or not axis.ordered:
        return None
    before = axis.place(kept.was[axis.key])
    return None if before is None else axis.here - before


def back_from(view: Survey, changes: Mapping[str, Value]) -> bool:
    """Whether a change goes back, wholly or in part, on something that was kept."""
    for key, value in changes.items():
        kept, axis = view.kept.get(key), view.axis(key)
        if kept is None or axis is None:
            continue
        if not axis.ordered:
            if same(value, kept.was[key]):
                return True
            continue
        before, place = axis.place(kept.was[key]), axis.place(value)
        if before is not None and place is not None:
            step = axis.here - before
            if (place - axis.here) * step < 0:
                return True
    return False


def lost_before(view: Survey, changes: Mapping[str, Value]) -> bool:
    """Whether this very setting lost or crashed, on this incumbent or an older one."""
    if len(changes) > 1:
        return False
    ((key, value),) = changes.items()
    return any(
        len(one.own) == 1 and (one.effect is None or one.effect <= 0) and same(one.own[key], value)
        for one in view.about(key)
    )


def is_settled(view: Survey, changes: Mapping[str, Value]) -> bool:
    """Whether it is another choice of something whose present choice was kept in this run."""
    return any(
        (axis := view.axis(key)) is not None and not axis.ordered and key in view.kept
        for key in changes
    )
