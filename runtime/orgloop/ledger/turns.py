"""What happened at each turn of a walk, read off the order in which it came by its nodes.

No chart is asked: a generation's may be gone from the checkout, and the walk itself says where its
arrows led. A node lies *behind* another where the walk came to it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orgloop.ledger.org_record import Why
from orgloop.ledger.verbs import BY_PERSON
from orgloop.ledger.walks import STATIONS, Visit, Walk

_BY_PERSON = tuple(BY_PERSON.values())
SUPPORTS = frozenset({"better", "simpler"})
"""The referee's calls that allow a keep."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A role's visit, and where it led."""

    visit: Visit
    call: str | None
    """What the referee had said last, before this visit."""
    sent_back: bool
    """To a role that the walk had come to before this one."""
    remeasured: str | None
    """What the referee said after the role had the bench measure again; None where it did not."""
    ended: bool
    """The walk ended by this decision."""
    onwards: str | None
    """The node that it passed the walk on to; None where it sent it back, or it ended there."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a walk ended that is neither kept nor crashed."""

    node: str
    decision: str | None
    why: Why


def turns(walk: Walk) -> Iterator[Turn]:
    """The visits of roles, in order."""
    first: dict[str, int] = {}
    call: str | None = None
    stop = ended_at(walk)
    for place, visit in enumerate(walk.visits):
        first.setdefault(visit.node, place)
        if visit.node == "bench":
            call = None if visit.restarted else visit.call or call
        if visit.node in STATIONS:
            continue
        if visit.changed or visit.restarted:
            call = None  # it was said of something else
        after = walk.visits[place + 1] if place + 1 < len(walk.visits) else None
        back = after is not None and first.get(after.node, place) < first[visit.node]
        to_bench = after is not None and after.node == "bench"
        last = after is None and stop is not None and stop.why == "decided"
        # What was changed since, or is put on a newer incumbent, has not been measured before.
        again = back and to_bench and call is not None
        yield Turn(
            visit,
            call,
            sent_back=back and not to_bench,
            remeasured=after.call if after is not None and again else None,
            ended=last,
            onwards=after.node if after is not None and not back else None,
        )


def ended_at(walk: Walk) -> Stop | None:
    """Where the walk was discarded, and by whom; None where it was kept, crashed or goes on.

    What a person ended was no role's decision.
    """
    if walk.status != "discard" or not walk.visits or walk.reason.startswith(_BY_PERSON):
        return None
    last = walk.visits[-1]
    if last.failed:
        return Stop(last.node, None, "failed")
    # A role's decision is the reason on record; the runtime and the referee give their own.
    decided = last.node not in STATIONS and walk.reason.startswith(f"{last.node}:")
    if decided and not last.error:
        return Stop(last.node, last.decision, "decided")
    return Stop(last.node, None, "refused")


def editors(walk: Walk) -> frozenset[str]:
    """Roles whose change is in the walk's last commit.

    Where a change conflicts with a newer incumbent the walk begins its change anew there, and who
    had changed it before has no part in what comes after.
    """
    found: set[str] = set()
    for visit in walk.visits:
        if visit.restarted:
            found.clear()
        elif visit.changed and visit.node not in STATIONS:
            found.add(visit.node)
    return frozenset(found)


def planners(walk: Walk) -> frozenset[str]:
    """Roles that set its title or its plan."""
    return frozenset(
        visit.node for visit in walk.visits if visit.planned and visit.node not in STATIONS
    )
