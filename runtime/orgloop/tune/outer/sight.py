"""What a sandbox must be shown so that Orgloop runs in it."""

from __future__ import annotations

from pathlib import Path

import orgloop
from orgloop.bench.python_packages import site_folders
from orgloop.org import bundled_root

_BUNDLED = ("org", "roles", "examples")


def mounts_of_orgloop() -> tuple[str, ...]:
    """Entries of `mounts:`, none where an installed package brings all: it is shown anyway."""
    package = _package()
    if _installed(package):
        return ()
    root = bundled_root()
    return tuple(f"{path}:{path}" for path in (package, *(root / name for name in _BUNDLED)))


def environment_of_orgloop() -> dict[str, str]:
    """Variables with which Python finds a checkout that is installed in place; else none."""
    package = _package()
    return {} if _installed(package) else {"PYTHONPATH": str(package)}


def _package() -> Path:
    """The folder on Python's path that Orgloop is imported from."""
    return Path(orgloop.__file__).resolve().parents[1]


def _installed(package: Path) -> bool:
    return any(package.is_relative_to(folder.resolve()) for folder in site_folders())
