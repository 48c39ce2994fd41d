"""What each kind of step of a task can see."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from orgloop.bench.hidden import hidden_paths
from orgloop.bench.mounts import Mount, mount_binds, read_mounts
from orgloop.bench.protocol import Bind, Box
from orgloop.bench.python_env import mounted_env, python_env
from orgloop.bench.slots import Slot
from orgloop.bench.system_files import (
    Visible,
    bind,
    libraries_only,
    network_files,
    whole_system,
    without_packages,
)
from orgloop.task.model import Task


class Checkout(Protocol):
    """A worktree that an experiment holds."""

    @property
    def path(self) -> Path:
        """Its top."""
        ...

    @property
    def lab(self) -> Path:
        """The lab in it."""
        ...


class Boxes:
    """Knows the task's mounts, hidden files and packages; makes boxes for its steps."""

    def __init__(self, task: Task, lab: Path, frozen: Path) -> None:
        """``lab`` is the person's checkout, ``frozen`` the lab at the baseline commit.

        Raises UserError for a mount or a package that is not there.
        """
        self._task, self._frozen = task, frozen
        self.mounts: tuple[Mount, ...] = read_mounts(task.mounts, lab)
        self.hidden = hidden_paths(task.hidden, frozen, lab, self.mounts)
        packages = task.sandbox.packages
        system = whole_system() if packages is None else libraries_only()
        self._candidate = python_env(packages) + system
        self._tools = whole_system() if packages is None else without_packages(whole_system())
        self._trusted = python_env(None) + whole_system()

    def candidate(
        self,
        checkout: Checkout,
        slot: Slot,
        *,
        protected: Sequence[Path] = (),
        readable: Iterable[Path] = (),
        writable: Iterable[Path] = (),
        network: bool | None = None,
    ) -> tuple[Box, tuple[str, ...]]:
        """A box for the code under test, and the PATH in it.

        ``protected`` is what ``setup`` made in the worktree: there, and not to be changed.
        """
        allowed = self._task.sandbox.network if network is None else network
        own = self._environments(checkout.lab, protected)
        mounted = mount_binds(self.mounts, checkout.path, checkout.lab)
        visible = own + self._candidate
        box = Box(
            binds=_distinct(
                (
                    *visible.binds,
                    *(network_files() if allowed else ()),
                    Bind(source=checkout.path, writable=True),
                    *(bind(path) for path in protected if path.exists()),
                    *mounted,
                    *(bind(path) for path in readable),
                    *(Bind(source=path, writable=True) for path in writable),
                )
            ),
            hollow=visible.hollow,
            masked=(checkout.path / ".git", *(checkout.lab / path for path in self.hidden)),
            network=allowed,
            gpus=slot.gpus,
            nesting=self._task.sandbox.nesting,
        )
        return box, visible.path

    def client(
        self,
        checkout: Checkout,
        home: Bind,
        *,
        protected: Sequence[Path] = (),
        sees: Iterable[Path] = (),
    ) -> tuple[Box, tuple[str, ...]]:
        """A box for a coding agent's client, with the network, and the PATH in it.

        As for the code under test, what ``hidden`` and ``packages`` keep from a run is not there;
        the system's own programs are, since an agent works with them.
        """
        own = self._environments(checkout.lab, protected)
        visible = own + self._candidate + self._tools
        box = Box(
            binds=_distinct(
                (
                    *visible.binds,
                    *network_files(),
                    Bind(source=checkout.path, writable=True),
                    *(bind(path) for path in protected if path.exists()),
                    *mount_binds(self.mounts, checkout.path, checkout.lab),
                    *(bind(path) for path in sees),
                    home,
                )
            ),
            hollow=tuple(dict.fromkeys(visible.hollow)),
            masked=(checkout.path / ".git", *(checkout.lab / path for path in self.hidden)),
            network=True,
            nesting=True,  # Codex runs what its model asks for in a sandbox of its own
        )
        return box, tuple(dict.fromkeys(visible.path))

    def trusted(
        self, slot: Slot, *, readable: Iterable[Path] = (), writable: Iterable[Path] = ()
    ) -> tuple[Box, tuple[str, ...]]:
        """A box for the frozen evaluator: it sees everything, changes nothing, calls nobody."""
        own = self._environments(self._frozen, ())
        visible = own + self._trusted
        box = Box(
            binds=_distinct(
                (
                    *visible.binds,
                    bind(self._frozen),
                    *mount_binds(self.mounts, self._frozen, self._frozen),
                    *(bind(path) for path in readable),
                    *(Bind(source=path, writable=True) for path in writable),
                )
            ),
            gpus=slot.gpus,
            nesting=True,
        )
        return box, visible.path

    def _environments(self, lab: Path, protected: Sequence[Path]) -> Visible:
        """Python environments that the lab brings, by a mount or by its setup; first on PATH."""
        found = Visible()
        for path in protected:
            found += mounted_env(path)
        for mount in self.mounts:
            seen = mounted_env(mount.source)
            if seen.path:
                found += Visible(seen.binds, path=(str(mount.place(lab) / "bin"),))
        return found


def _distinct(binds: Iterable[Bind]) -> tuple[Bind, ...]:
    """The last of several binds at one place, and none that only repeats one around it."""
    by_place: dict[str, Bind] = {}  # by text: a path's hash is slow, and this is done for each job
    for item in binds:
        place = str(item.target or item.source)
        by_place.pop(place, None)
        by_place[place] = item
    return tuple(item for place, item in by_place.items() if not _repeats(place, item, by_place))


def _repeats(place: str, item: Bind, others: Mapping[str, Bind]) -> bool:
    outer = os.path.dirname(place)  # noqa: PTH120 - as above
    while True:
        around = others.get(outer)
        if around is not None and outer != place:
            same = around.source / Path(place).relative_to(outer) == item.source
            return same and not around.writable and not item.writable
        if outer in ("/", ""):
            return False
        outer = os.path.dirname(outer)  # noqa: PTH120
