"""The files of the Python packages that a task lets its runs see."""

from __future__ import annotations

import functools
import re
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from orgloop.errors import UserError
from orgloop.problems import did_you_mean, nearest

BROUGHT_BY = {"sklearn": "tabular", "torch": "nano-gpt"}
"""Packages that a shipped lab needs, and the extra of Orgloop that installs each."""
LEAVES_OUT = "-"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a task's list of packages comes to."""

    files: tuple[Path, ...]
    hollow: tuple[Path, ...]
    """Folders in them that the list leaves out."""


def chosen_packages(names: Iterable[str]) -> Chosen:
    """The packages called ``names``, and what their distributions require.

    A name such as ``-sklearn.datasets.data`` leaves a folder of a package out. Raises UserError for
    what is not installed.
    """
    listed = tuple(names)
    files: dict[Path, None] = {}
    waiting = [name for name in listed if not name.startswith(LEAVES_OUT)]
    seen = {_top(name) for name in waiting}
    for name in waiting:
        found, owners = _package(name)
        files |= dict.fromkeys(found)
        for needed in (*_beside(owners), *_required(owners)):
            if needed not in seen:
                seen.add(needed)
                waiting.append(needed)
    hollow = [_left_out(name[1:]) for name in listed if name.startswith(LEAVES_OUT)]
    return Chosen(tuple(files), tuple(dict.fromkeys(hollow)))


@functools.cache
def site_folders() -> tuple[Path, ...]:
    """Where this interpreter finds installed packages."""
    named = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        named.append(site.getusersitepackages())
    on_path = set(sys.path)
    return tuple(dict.fromkeys(Path(name) for name in named if name in on_path))


def _top(name: str) -> str:
    return name.partition(".")[0]


def _package(name: str) -> tuple[list[Path], list[str]]:
    """One importable package: itself, its libraries, its metadata; and its distributions."""
    top = _top(name)
    for folder in site_folders():
        if (folder / top).is_dir():
            found = [folder / top]
        else:
            found = [*folder.glob(f"{top}.py"), *folder.glob(f"{top}.*.so")]
        if not found:
            continue
        owners = _distributions(folder, top)
        for distribution in owners:
            plain = distribution.replace("-", "_").lower()
            for item in folder.iterdir():
                name_, kind = item.stem.lower().partition("-")[0], item.suffix
                if name_.replace(".", "_") == plain and kind in (".dist-info", ".libs"):
                    found.append(item)
        return found, owners
    if top in sys.stdlib_module_names:
        return [], []
    raise _missing(name, top)


def _missing(name: str, top: str) -> UserError:
    extra = BROUGHT_BY.get(top)
    near = nearest(top, _installed())
    if extra is not None:
        hint = f'`pip install "orgloop[{extra}]"` brings it.'
    else:
        hint = did_you_mean(top, [near]) if near else "Install it, or leave it out."
    return UserError(
        f"`sandbox.packages` names `{name}`, which is not installed beside Orgloop.", hint=hint
    )


def _left_out(name: str) -> Path:
    inner = Path(*name.split("."))
    for folder in site_folders():
        if (folder / inner).is_dir():
            return folder / inner
    raise UserError(
        f"`sandbox.packages` leaves out `{name}`, which is no folder of an installed package.",
        hint="Name it as for an import, as `-sklearn.datasets.data`.",
    )


def _beside(distributions: Iterable[str]) -> Iterator[str]:
    """What else these install to be imported: PyTorch's imports `torchgen`."""
    for name in distributions:
        yield from _provided().get(_normal(name), ())


def _required(distributions: Iterable[str]) -> Iterator[str]:
    """What can be imported of the distributions that these require here, where installed."""
    provided = _provided()
    for name in distributions:
        try:
            lines = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue
        for line in lines:
            try:
                needed = Requirement(line)
            except InvalidRequirement:
                continue
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                yield from provided.get(_normal(needed.name), ())


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _distributions(folder: Path, top: str) -> list[str]:
    if any(folder.glob(f"{top}-*.dist-info")):
        return [top]
    return _installed().get(top, [])


@functools.cache
def _installed() -> dict[str, list[str]]:
    return {name: list(owners) for name, owners in metadata.packages_distributions().items()}


@functools.cache
def _provided() -> dict[str, list[str]]:
    """Names to import, by the distribution that installs them; none that cannot be imported."""
    found: dict[str, list[str]] = {}
    for name, owners in _installed().items():
        if name.isidentifier():
            for owner in owners:
                found.setdefault(_normal(owner), []).append(name)
    return found
