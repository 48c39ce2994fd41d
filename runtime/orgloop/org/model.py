"""A whole organization, and a whole lab: what everything above works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orgloop.charter import Charter
from orgloop.role import Role
from orgloop.task import Task


@dataclass(frozen=True, slots=True)
class Org:
    """One generation: a charter and its roles, parsed and checked."""

    charter: Charter
    roles: Mapping[str, Role]
    """By name; those that nobody employs are among them."""
    files: Mapping[str, bytes]
    """Every file of the generation, by its path in the lab: ``org/...`` and ``roles/...``.
    What the bundled organization filled in is among them, so nothing else is needed."""

    def employed(self) -> Mapping[str, Role]:
        """Roles of the chart, in its order, then those on a cadence."""
        names = [name for name in self.charter.flow.roles() if name in self.roles]
        return {name: self.roles[name] for name in names} | dict(self.cadence())

    def cadence(self) -> Mapping[str, Role]:
        """Roles outside the chart that are called every so often."""
        inside = self.charter.flow.nodes
        return {
            name: role
            for name, role in self.roles.items()
            if role.org.every is not None and name not in inside
        }


@dataclass(frozen=True, slots=True)
class Lab:
    """A directory with a task and the organization that works on it."""

    root: Path
    task: Task
    org: Org
