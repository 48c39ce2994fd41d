"""Which clients are installed, and where their files lie. Imports nothing that is slow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orgloop.engines.unavailable import ModelUnavailable


@dataclass(frozen=True, slots=True)
class Package:
    """How a client comes to a machine."""

    title: str
    command: str
    npm: str


PACKAGES: Mapping[str, Package] = {
    "claude-code": Package("Claude Code", "claude", "@anthropic-ai/claude-code"),
    "codex": Package("Codex", "codex", "@openai/codex"),
    "opencode": Package("OpenCode", "opencode", "opencode-ai"),
}
"""Client by the word that ``model:`` begins with."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A client on this machine."""

    program: Path
    """The file itself, all links followed."""
    sees: tuple[Path, ...]
    """What it needs to be shown of this machine beyond the system's own."""
    path: tuple[Path, ...]
    """Directories of programs that it calls."""


def missing(model: str, environment: Mapping[str, str] | None) -> ModelUnavailable | None:
    """What keeps ``model`` from being had here: a sentence with the line that installs it."""
    package = PACKAGES[model.partition("/")[0]]
    if _which(package.command, environment) is not None:
        return None
    return ModelUnavailable(
        f"`{model}` needs {package.title}, and there is no `{package.command}` on the PATH.",
        hint=f"Install it with `npm install -g {package.npm}`, then log in once.",
    )


def installed(model: str, environment: Mapping[str, str] | None = None) -> Installed:
    """Where the client of ``model`` is; raises :class:`ModelUnavailable` where it is not."""
    found = _which(PACKAGES[model.partition("/")[0]].command, environment)
    if found is None:
        absent = missing(model, environment)
        assert absent is not None
        raise absent
    program = Path(found).resolve()
    sees, path = [_package_root(program)], []
    if _is_script(program) and (node := _which("node", environment)) is not None:
        real = Path(node).resolve()
        sees.append(real)
        path.append(real.parent)
    return Installed(program, tuple(sees), tuple(path))


def _which(command: str, environment: Mapping[str, str] | None) -> str | None:
    return shutil.which(command, path=(environment or os.environ).get("PATH"))


def _package_root(program: Path) -> Path:
    """The outermost ``node_modules`` around a program, whose packages need each other."""
    for folder in reversed(program.parents):
        if folder.name == "node_modules":
            return folder
    return program


def _is_script(program: Path) -> bool:
    try:
        with program.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False
