"""What a trial run sees: more than a run of the lab will, so that what it needs can be found out.

All of the machine's data is there, read-only; what lies untracked in the repository is shown in the
clone; there is no network unless it was asked for. Of the person's home directory, what holds keys
and settings is left out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orgloop.adopt.checkout import Trying
from orgloop.bench.mounts import Mount, mount_binds
from orgloop.bench.protocol import Bind, Box
from orgloop.bench.python_env import mounted_env, python_env
from orgloop.bench.slots import machine_gpus
from orgloop.bench.system_files import Visible, bind, network_files, whole_system

_SYSTEM = frozenset(
    {"bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "lost+found", "opt"}
    | {"proc", "root", "run", "sbin", "sys", "tmp", "usr", "var"}
)
_SHOWN_IN_HOME = frozenset(
    {".local", ".pyenv", ".conda", ".cargo", ".rustup", ".keras", ".torch", ".julia"}
    | {".mujoco", ".nltk_data"}
)
"""Hidden entries that hold programs and data; others hold keys, settings and histories."""
_MADE_ANEW = frozenset({"uv", "pip", "matplotlib", "fontconfig", "mesa_shader_cache"})
"""Caches that programs write to, and do without."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A trial's box, and what of it every run of a lab sees as well."""

    box: Box
    path: tuple[str, ...]
    """PATH."""
    system: tuple[Path, ...]
    """What runs see without a mount."""
    environments: tuple[str, ...]
    """Python environments among the untracked entries; the first is used."""


def sight(trying: Trying, *, beside: Sequence[str], record: Path, network: bool) -> Sight:
    """The box for a trial that sees the untracked entries ``beside``; it writes to ``record``."""
    original = trying.place.lab
    environments = tuple(name for name in beside if (original / name / "pyvenv.cfg").is_file())
    environments = tuple(sorted(environments, key=lambda name: (name != ".venv", name)))
    used = environments[:1]
    own = Visible()
    for name in used:
        own += mounted_env(original / name)
    system = python_env(None) + whole_system()
    mounts = [
        Mount(original / name, PurePosixPath(name))
        for name in beside
        if name in used or name not in environments
    ]
    data = [bind(path) for path in (*_roots(), *_home())]
    data += [bind(original)] if not _covered(original, data) else []
    binds = (
        *data,
        *own.binds,
        *system.binds,
        *(network_files() if network else ()),
        Bind(source=trying.path, writable=True),
        *mount_binds(mounts, trying.path, trying.lab),
        Bind(source=record, writable=True),
        bind(Path(__file__).with_name("inside")),
    )
    by_place = {str(item.target or item.source): item for item in binds}
    path = [*(str(trying.lab / name / "bin") for name in used), *system.path]
    path += [entry for entry in os.environ.get("PATH", "").split(":") if entry.startswith("/")]
    box = Box(
        binds=tuple(by_place.values()),
        network=network,
        gpus=tuple(machine_gpus()[:1]),
    )
    return Sight(
        box=box,
        path=tuple(dict.fromkeys(path)),
        system=tuple(item.source for item in (*own.binds, *system.binds)),
        environments=environments,
    )


def program_of(command: str, path: Sequence[str]) -> Path | None:
    """Where the program that a command begins with lies; None for a shell's own word."""
    word = command.split(maxsplit=1)[0] if command.split() else ""
    found = shutil.which(word, path=":".join(path)) if word else None
    return Path(found) if found is not None else None


def _roots() -> Iterator[Path]:
    for entry in sorted(Path("/").iterdir()):
        if entry.name not in _SYSTEM and entry.is_dir() and not entry.is_symlink():
            yield entry


def _home() -> Iterator[Path]:
    said = os.environ.get("HOME", "")
    if not said.startswith("/") or len(Path(said).parts) < 2 or not Path(said).is_dir():
        return
    for entry in sorted(Path(said).iterdir()):
        if entry.name == ".cache" and entry.is_dir():
            # Each on its own: a run may begin a cache beside them, which is gone with it.
            yield from (one for one in _readable(entry) if one.name not in _MADE_ANEW)
        elif not entry.name.startswith(".") or entry.name in _SHOWN_IN_HOME:
            yield from _readable(entry.parent, entry.name)


def _readable(folder: Path, name: str = "*") -> list[Path]:
    if not os.access(folder, os.R_OK | os.X_OK):
        return []
    found = sorted(folder.iterdir()) if name == "*" else [folder / name]
    return [path for path in found if os.access(path, os.R_OK) and path.exists()]


def _covered(path: Path, binds: Sequence[Bind]) -> bool:
    return any(path.is_relative_to(item.source) for item in binds)
