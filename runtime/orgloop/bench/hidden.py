"""Which paths ``hidden:`` means, so that candidate steps find them empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from orgloop.bench.mounts import Mount


def hidden_paths(
    patterns: Iterable[str], frozen: Path, lab: Path, mounts: Sequence[Mount]
) -> tuple[PurePosixPath, ...]:
    """Paths relative to the lab: of tracked files in ``frozen``, of mounted ones in ``lab``.

    A pattern without a slash matches at any depth, one with a slash from the lab on. What is
    hidden cannot be edited, so the frozen checkout knows all of it.
    """
    found: dict[PurePosixPath, None] = {}
    for written in patterns:
        pattern = written.removeprefix("./").strip("/")
        if not pattern or pattern.startswith("!"):
            continue
        pattern = pattern if "/" in written.strip("/") else f"**/{pattern}"
        for path in frozen.glob(pattern):
            found[PurePosixPath(path.relative_to(frozen))] = None
        for mount in mounts:
            found |= dict.fromkeys(_in_mount(pattern, mount, lab))
    return tuple(found)


def _in_mount(pattern: str, mount: Mount, lab: Path) -> Iterable[PurePosixPath]:
    if mount.target.is_absolute() or not mount.source.is_relative_to(lab):
        literal = PurePosixPath(pattern)
        if not mount.target.is_absolute() and literal.is_relative_to(mount.target):
            yield literal
        return
    if pattern.startswith("**/") and not any(sign in pattern[3:] for sign in "*?["):
        matches = mount.source.glob(pattern)
        whole = mount.source.name == pattern[3:]
        if whole:
            yield mount.target
        for path in matches:
            yield mount.target / path.relative_to(mount.source)
        return
    for path in lab.glob(pattern):
        if path.is_relative_to(mount.source):
            yield mount.target / path.relative_to(mount.source)
        elif mount.source.is_relative_to(path):
            yield mount.target
