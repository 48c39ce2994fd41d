"""Whether every experiment comes to a person before it comes to the bench."""

from __future__ import annotations

from collections.abc import Callable

from orgloop.charter import BENCH, STATIONS
from orgloop.engines.human import Human
from orgloop.engines.protocol import Engine, Outcome
from orgloop.graph.decide import arrow_for
from orgloop.org import Org
from orgloop.role import Role


def person_in_front(org: Org, engine_for: Callable[[Role, str | None], Engine]) -> bool:
    """Whether a person stands on the way from the first node to the bench, where all go on.

    Then a walk that begins is a question soon, whatever the bench could use. Raises
    :class:`~orgloop.errors.EngineError` where an engine cannot be made.
    """
    flow, node, seen = org.charter.flow, org.charter.flow.entry, set[str]()
    while node not in seen and node not in STATIONS and node != BENCH:
        role = org.roles[node]
        if role.org.people or isinstance(engine_for(role, org.charter.model), Human):
            return True
        seen.add(node)
        label = arrow_for(flow, node, Outcome.PASS) if flow.labels(node) else None
        node = flow.target(node, label)
    return False
