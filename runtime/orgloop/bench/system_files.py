"""Which files of the operating system a box needs, and no more."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orgloop.bench.protocol import Bind

# Each is a mount, and a mount costs a run 0.1 ms.
_TOOLS = ("sh", "env", "cat", "cp", "ls", "mkdir", "mv", "rm")
_LIBRARIES = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32")
_LOADER = ("/etc/ld.so.cache", "/etc/alternatives")
_CONFIGURATION = (*_LOADER, "/etc/localtime")
_NETWORK: tuple[str, ...] = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/ssl",
    "/etc/pki",
)
_NETWORK += ("/etc/ca-certificates", "/usr/share/ca-certificates")


@dataclass(frozen=True, slots=True)
class Visible:
    """Part of a box: what to bind, what to hollow out, and where commands are found."""

    binds: tuple[Bind, ...] = ()
    hollow: tuple[Path, ...] = ()
    path: tuple[str, ...] = ()

    def __add__(self, other: Visible) -> Visible:
        return Visible(self.binds + other.binds, self.hollow + other.hollow, self.path + other.path)


def bind(path: Path | str) -> Bind:
    """A path shown read-only where it is."""
    return Bind(source=Path(path))


@functools.cache
def whole_system() -> Visible:
    """All of ``/usr``, for code that is trusted or that chose no list of packages."""
    roots = [Path("/usr"), Path("/opt")]
    roots += [Path("/", name) for name in ("bin", "sbin", "lib", "lib32", "lib64")]
    kept = [root for root in roots if root.is_dir() and not root.is_symlink()]
    kept += _existing(_CONFIGURATION)
    return Visible(tuple(bind(path) for path in kept), path=("/usr/local/bin", "/usr/bin", "/bin"))


@functools.cache
def libraries_only() -> Visible:
    """The loader's libraries, a shell and a few tools; no Python packages of the system's."""
    binds: list[Bind] = []
    hollow: list[Path] = []
    for folder in _library_folders():
        binds.append(bind(folder))
        hollow += _package_folders(folder)
    for tool in _TOOLS:
        found = shutil.which(tool, path="/usr/bin:/bin")
        if found:
            binds.append(bind(found))
    binds += [bind(path) for path in _existing(_LOADER)]
    return Visible(tuple(binds), tuple(hollow), ("/usr/bin", "/bin"))


def without_packages(seen: Visible) -> Visible:
    """The same, with the system's directories of Python packages empty."""
    roots = [item.source for item in seen.binds if item.source.is_dir()]
    roots += [path for root in roots for name in ("lib", "lib64") if (path := root / name).is_dir()]
    roots += [path for path in (Path("/usr/local/lib"),) if path.is_dir()]
    hollow = [folder for root in roots for folder in _package_folders(root)]
    return Visible(seen.binds, (*seen.hollow, *dict.fromkeys(hollow)), seen.path)


def network_files() -> tuple[Bind, ...]:
    """What name look-up and TLS read."""
    return tuple(bind(path) for path in _existing(_NETWORK))


def _existing(paths: tuple[str, ...]) -> list[Path]:
    return [Path(path) for path in paths if Path(path).exists()]


def _library_folders() -> list[Path]:
    """Where shared libraries lie: by architecture where the system keeps them so (Debian)."""
    folders: list[Path] = []
    for name in _LIBRARIES:
        root = Path(name)
        if not root.is_dir() or root.is_symlink():
            continue
        by_architecture = sorted(root.glob("*-linux-*"))
        folders += [folder for folder in by_architecture if folder.is_dir()] or [root]
    for listed in _configured():
        if not any(listed.is_relative_to(folder) for folder in folders):
            folders.append(listed)
    return folders


def _configured() -> Iterator[Path]:
    for file in sorted(Path("/etc/ld.so.conf.d").glob("*.conf")):
        try:
            lines = file.read_text(errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            folder = Path(line.strip())
            if not line.startswith("/") or not folder.is_dir() or _is_link_below_root(folder):
                continue
            if any(folder.glob("*.so*")):
                yield folder


def _is_link_below_root(folder: Path) -> bool:
    # /lib/x86_64-linux-gnu is /usr/lib/x86_64-linux-gnu again, by a link that the box has too.
    return folder.resolve() != folder


def _package_folders(root: Path) -> list[Path]:
    """Directories of Python packages below, at the depths at which systems have them."""
    names = ("site-packages", "dist-packages")
    return [
        folder
        for name in names
        for depth in ("", "*/", "*/*/")
        for folder in sorted(root.glob(f"{depth}{name}"))
        if folder.is_dir() and not folder.is_symlink()
    ]
