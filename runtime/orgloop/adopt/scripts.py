"""Finds the command that trains: what a README says, what looks like a training script."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_NAMES = ("train", "main", "run", "experiment", "benchmark", "bench", "fit", "solve", "optimize")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
_COMMAND = re.compile(r"^(?:\$ |> )?((?:uv run |poetry run )?(?:python3?|uv run|bash|sh) [^#|<>]+)")
_PLACEHOLDER = re.compile(r"--help|\.\.\.|[\[{\\]|/path/|path/to|YOUR|\s-h\b")
_SEED = re.compile(r"""["'](--(?:random[-_])?seed)["']""")
_MAIN = re.compile(r"""^if __name__ *== *["']__main__["']""", re.MULTILINE)
MOST = 200_000
"""Bytes of a file that are looked at."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command that may be the training run."""

    line: str
    why: str


def commands(root: Path, tracked: Sequence[str]) -> list[Command]:
    """Commands to run in ``root``, the likeliest first; ``tracked`` are its files."""
    files = frozenset(tracked)
    uses_uv = "uv.lock" in files
    found: dict[str, Command] = {}
    for command in (*_documented(root, files), *_scripts(root, files, uses_uv)):
        line = with_seed(command.line, root)
        found.setdefault(line, Command(line, command.why))
    # What trains goes before what is documented first: a README often begins with preparation.
    return sorted(found.values(), key=lambda one: _rank(one.line))  # stable: as documented, by name


def _documented(root: Path, files: frozenset[str]) -> Iterator[Command]:
    for name in sorted(file for file in files if re.fullmatch(r"(?i)(readme|program).*\.md", file)):
        inside = False
        for text in _text(root / name).splitlines():
            if _FENCE.match(text):
                inside = not inside
                continue
            match = _COMMAND.match(text.strip()) if inside else None
            if match is None or _PLACEHOLDER.search(match[1]):
                continue
            if script_of(match[1], root) is not None:
                yield Command(match[1].strip(), f"in {name}")


def _scripts(root: Path, files: frozenset[str], uses_uv: bool) -> Iterator[Command]:
    start = "uv run" if uses_uv else "python"
    for name in sorted(files, key=lambda file: (file.count("/"), file)):
        path = PurePosixPath(name)
        if path.suffix not in (".py", ".sh") or len(path.parts) > 3:
            continue
        if not any(path.stem.startswith(word) for word in _NAMES):
            continue
        if path.suffix == ".sh":
            yield Command(f"sh {shlex.quote(name)}", "its name")
        elif path.name != "__init__.py":
            text = _text(root / name)
            why = "its name, and it is a program" if _MAIN.search(text) else "its name"
            yield Command(f"{start} {shlex.quote(name)}", why)


def _rank(line: str) -> int:
    for number, word in enumerate(_NAMES):
        if re.search(rf"\b{word}", line):
            return number
    return len(_NAMES)


def with_seed(line: str, root: Path) -> str:
    """The command with the bench's seed, where its script has an option for one."""
    script = script_of(line, root)
    option = _SEED.search(_text(root / script)) if script is not None else None
    if option is None or "{seed}" in line:
        return line
    given = re.compile(rf"({re.escape(option[1])}[ =])\S+")
    if given.search(line):
        return given.sub(r"\g<1>{seed}", line)
    return f"{line} {option[1]} {{seed}}"


def script_of(line: str, root: Path) -> str | None:
    """The Python file or shell script that a command runs, relative to ``root``; None if none."""
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    for number, word in enumerate(words):
        if word == "-m" and number + 1 < len(words):
            module = words[number + 1].replace(".", "/")
            for name in (f"{module}.py", f"{module}/__main__.py"):
                if (root / name).is_file():
                    return name
        if word.endswith((".py", ".sh")) and not word.startswith(("/", "-")):
            name = str(PurePosixPath(word))
            if (root / name).is_file():
                return name
    return None


def project_name(root: Path, fallback: str) -> str:
    """A name for the task: the project's, else the directory's, fit for a branch."""
    name = fallback
    try:
        said = tomllib.loads(_text(root / "pyproject.toml")).get("project", {}).get("name")
        name = said if isinstance(said, str) and said else fallback
    except tomllib.TOMLDecodeError:
        pass
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-") or "task"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MOST).decode("utf-8", "replace")
    except OSError:
        return ""
