"""Which files look like what an experiment may change, and which must stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from orgloop.adopt.checkout import Trying
from orgloop.adopt.scripts import script_of
from orgloop.adopt.trial import Trial

_FROZEN = re.compile(
    r"(?i)(^|[/_.-])(eval\w*|evaluat\w*|metrics?|score\w*|test\w*|conftest|prepare\w*|data|datasets?"
    r"|dataload\w*|data_?\w*|download\w*|verify|check\w*|benchmarks?|baselines?|setup|util\w*"
    r"|logg\w*|plot\w*|seed\w*)([/_.-]|$)"
)
_SETTINGS = (".yaml", ".yml", ".toml", ".json")
_PROJECT = frozenset({"pyproject.toml", "package.json", "uv.lock", "setup.cfg"})


@dataclass(frozen=True, slots=True)
class Sorted:
    """The tracked files that the run used, told apart."""

    editable: tuple[str, ...]
    frozen: tuple[tuple[str, str], ...]
    """Each with why."""


def sort_files(trying: Trying, trial: Trial) -> Sorted:
    """What the run imported and read of the tracked files, by what their names say.

    The script that was started is editable, whatever it is called: somebody has to begin there.
    """
    script = script_of(trial.command, trying.lab)
    used = {
        path.relative_to(trying.lab).as_posix()
        for path in (*trial.modules, *trial.read)
        if path.is_relative_to(trying.lab)
    }
    if script is not None:
        used.add(script)
    editable: list[str] = []
    frozen: list[tuple[str, str]] = []
    for name in sorted(used & trying.tracked):
        path = PurePosixPath(name)
        is_code = path.suffix in (".py", ".sh", ".c", ".cpp", ".cu", ".rs", ".jl", ".pyx")
        is_settings = path.suffix in _SETTINGS and path.name not in _PROJECT
        if path.name == "__init__.py" and name != script:
            continue
        if name == script and path.suffix != ".sh":
            editable.insert(0, name)
        elif name == script:
            frozen.append((name, "it only starts the run"))
        elif (is_code or is_settings) and _FROZEN.search(name):
            frozen.append((name, "its name says that it prepares or judges"))
        elif is_code or is_settings:
            editable.append(name)
        else:
            frozen.append((name, "the run reads it"))
    if not editable and script is not None:
        editable = [name for name, _ in frozen if name.endswith(".py")][:1] or [script]
    return Sorted(tuple(editable), tuple(one for one in frozen if one[0] not in editable))


def unknown(names: Sequence[str], tracked: frozenset[str]) -> list[str]:
    """Entries without a wildcard that name no tracked file or directory."""
    return [
        name
        for name in names
        if not re.search(r"[*?\[]", name)
        and name not in tracked
        and not any(file.startswith(name.rstrip("/") + "/") for file in tracked)
    ]
