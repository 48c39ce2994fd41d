"""What a run opened beyond the tracked files, and the mounts that show it to every run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.adopt.checkout import Trying
from orgloop.adopt.sight import program_of
from orgloop.adopt.trial import INSIDE, Trial

_NEVER = tuple(Path(name) for name in ("/proc", "/sys", "/dev", "/tmp", "/etc", "/run", "/var"))
_LEVELS = 3
"""Parts of a path outside the repository and the home directory that a mount keeps at most."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry of ``mounts:``."""

    written: str
    why: str


def mounts(trying: Trying, trial: Trial) -> list[Proposal]:
    """Mounts for what the trial read, the fewest that take it all in."""
    found: dict[str, Proposal] = {}
    for name, why in (*_own(trying, trial), *_outside(trying, trial)):
        found.setdefault(name, Proposal(name, why))
    return list(found.values())


def strays(trying: Trying, trial: Trial) -> list[Path]:
    """Places beyond the repository that the run tried to write to, and that a run cannot."""
    allowed = (trying.path, trying.scratch, *_NEVER)
    return sorted(
        path for path in trial.written if not any(path.is_relative_to(place) for place in allowed)
    )


def _own(trying: Trying, trial: Trial) -> Iterator[tuple[str, str]]:
    """Untracked entries of the repository: the environment that was used, data that was read."""
    read = [path.relative_to(trying.lab) for path in trial.read if path.is_relative_to(trying.lab)]
    for name in trial.beside:
        if name in trial.sight.environments:
            if name != trial.sight.environments[0]:
                continue
            # A program of an environment begins with the path where that was made.
            program = program_of(trial.command, [str(trying.place.lab / name / "bin")])
            if program is not None and not program.name.startswith("python"):
                yield str(trying.place.lab / name), f"the environment of `{program.name}`"
            else:
                yield name, "the repository's own Python environment"
        elif any(path.is_relative_to(name) for path in read):
            yield name, _amount(path for path in read if path.is_relative_to(name))


def _outside(trying: Trying, trial: Trial) -> Iterator[tuple[str, str]]:
    program = program_of(trial.command, trial.sight.path)
    if program is not None and not _seen(program, trying, trial):
        yield _tilde(program), f"`{program.name}`, which starts the run"
    groups: dict[Path, list[Path]] = {}
    for path in sorted(trial.read):
        if path.is_dir() and any(path in other.parents for other in trial.read):
            continue
        if path not in (program,) and not _seen(path, trying, trial):
            groups.setdefault(_top(path, trying), []).append(path)
    for place, paths in groups.items():
        if any(place != other and place.is_relative_to(other) for other in groups):
            continue
        yield _tilde(place), _amount(paths)


def _seen(path: Path, trying: Trying, trial: Trial) -> bool:
    """Whether every run sees it anyway, or it is nothing of the repository's."""
    visible: Iterable[Path] = (*trial.sight.system, trying.path, trying.scratch, INSIDE, *_NEVER)
    if path.is_relative_to(trying.path) or path.is_relative_to(INSIDE):
        return True
    if path.is_relative_to("/tmp") and not _below_home(path):
        return True
    return any(path.is_relative_to(place) for place in visible if place != Path("/tmp"))


def _below_home(path: Path) -> bool:
    home = os.environ.get("HOME", "")
    return home.startswith("/") and path.is_relative_to(home)


def _top(path: Path, trying: Trying) -> Path:
    """The directory to mount for a file: an environment's, a cache's, or the one around it."""
    for above in path.parents:
        if (above / "pyvenv.cfg").is_file() or (above / "conda-meta").is_dir():
            return above
    if path.is_relative_to(trying.place.lab):
        return path if path.is_dir() else path.parent if path.parent != trying.place.lab else path
    base = Path(os.environ["HOME"]) if _below_home(path) else Path("/")
    parts = path.relative_to(base).parts
    # `~/.cache/NAME` is one program's; elsewhere a directory of data stands a few levels down.
    levels = 2 if parts and parts[0].startswith(".") else _LEVELS
    place = base.joinpath(*parts[:levels])
    kept = base if levels == _LEVELS else base / parts[0]
    return place.parent if not place.is_dir() and place.parent != kept else place


def _amount(paths: Iterable[Path]) -> str:
    names = sorted({path.name for path in paths})
    shown = ", ".join(names[:3])
    return f"it read {shown}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _tilde(path: Path) -> str:
    home = os.environ.get("HOME", "")
    if _below_home(path) and Path(home) != path:
        return f"~/{path.relative_to(home).as_posix()}"
    return str(path)


def listed(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """As task.md writes them."""
    return tuple(proposal.written for proposal in proposals)
