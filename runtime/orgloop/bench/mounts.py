"""The data, caches and environments that a run needs beyond the tracked files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orgloop.bench.protocol import Bind
from orgloop.errors import UserError


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of ``mounts:``."""

    source: Path
    """On this machine, absolute."""
    target: PurePosixPath
    """Absolute, or relative to the lab in whichever checkout it is shown."""

    def place(self, lab: Path) -> Path:
        """Where it appears for a step that runs in ``lab``."""
        return lab / self.target


def read_mounts(written: Iterable[str], lab: Path) -> tuple[Mount, ...]:
    """Read ``path`` or ``src:dst``; sources are relative to ``lab``, the person's checkout.

    Raises UserError for one that is not there, or whose place leads out of the lab.
    """
    found = []
    for text in written:
        source_text, colon, target_text = text.partition(":")
        source = Path(os.path.normpath(lab / Path(source_text).expanduser()))
        if not source.exists():
            raise UserError(
                f"The mount `{text}` is not there ({source}).",
                hint="Create it, or take it off `mounts:` in task.md.",
            )
        target = Path(target_text if colon else source_text).expanduser()
        if not target.is_absolute() and ".." in Path(os.path.normpath(target)).parts:
            raise UserError(
                f"The mount `{text}` would appear outside the lab.",
                hint="Say where it belongs: `source:place`.",
            )
        found.append(Mount(source, PurePosixPath(os.path.normpath(target))))
    return tuple(found)


def mount_binds(mounts: Sequence[Mount], checkout: Path, lab: Path) -> tuple[Bind, ...]:
    """Binds that show the mounts in a checkout; places for them are made in it where missing."""
    binds = []
    for mount in mounts:
        place = mount.place(lab)
        if place.is_relative_to(checkout):
            _make_place(mount.source, checkout, place)
        binds.append(Bind(source=mount.source, target=place))
    return tuple(binds)


def _make_place(source: Path, checkout: Path, place: Path) -> None:
    # A read-only checkout has to hold the mount point already. Nothing is made through a link.
    here = checkout
    parts = place.relative_to(checkout).parts
    for number, part in enumerate(parts):
        here = here / part
        if here.is_symlink():
            raise UserError(
                f"The mount at `{place.relative_to(checkout)}` would go through a link.",
                hint="Mount it at a path of its own.",
            )
        if here.exists():
            continue
        if number == len(parts) - 1 and not source.is_dir():
            here.touch()
        else:
            here.mkdir()
