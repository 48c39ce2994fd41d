"""Which engines work at a desk.

Engines that only read their brief need none. One that works on files says so by a method
``needs_desk(role) -> bool`` beside :class:`~orgloop.engines.protocol.Engine`'s parts, and finds
its desk at :attr:`~orgloop.engines.protocol.Request.desk`. What it leaves changed there is taken
up as the answer's edits, and held to the role's tools and the task's editable files like any other.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from orgloop.role import Role


@runtime_checkable
class AtDesk(Protocol):
    """An engine that works on files."""

    def needs_desk(self, role: Role) -> bool:
        """Whether it needs a checkout to answer for this role."""
        ...


def needs_desk(engine: object, role: Role) -> bool:
    """Whether ``engine`` is to be given a desk when it is asked for ``role``."""
    return isinstance(engine, AtDesk) and engine.needs_desk(role)
