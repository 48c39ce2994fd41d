"""Whether everyone who is employed can think on this machine."""

from __future__ import annotations

from orgloop.errors import EngineError
from orgloop.graph.context import WalkContext
from orgloop.org import Org
from orgloop.problems import Problem


def unthinkable(org: Org, context: WalkContext) -> list[Problem]:
    """What keeps an employed role from thinking: a model that this machine does not have.

    A generation that holds one would end the run at its first visit, and its experiments could
    not be resumed.
    """
    found: list[Problem] = []
    for role in org.employed().values():
        try:
            context.engine_for(role, org.charter.model)
        except EngineError as error:
            path = role.path or f"roles/{role.name}.md"
            found.append(Problem(path=path, key="model", message=error.message, hint=error.hint))
    return found
