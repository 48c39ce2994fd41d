"""A lab in memory, and the space that is discovered in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from orgloop.engines.tunables import Space, discover
from orgloop.engines.tunables.blob import blob_id
from orgloop.task import Task


class MemoryFiles:
    """``SourceFiles`` over a dictionary, counting what is read."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = dict(contents)
        self.read_paths: list[str] = []

    def paths(self) -> Sequence[str]:
        return sorted(self.contents)

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        return self.contents[path]

    def blob(self, path: str) -> str:
        return blob_id(self.contents[path])


def make_files(**contents: str | bytes) -> MemoryFiles:
    return MemoryFiles(
        {
            name.replace("__", "."): text.encode() if isinstance(text, str) else text
            for name, text in contents.items()
        }
    )


def make_task(**keys: object) -> Task:
    given = {
        "name": "t",
        "metric": "loss",
        "goal": "minimize",
        "run": "python train.py --seed {seed}",
        "editable": ["train.py", "*.yaml", "*.toml", "*.json"],
    }
    return Task.model_validate(given | keys)


@pytest.fixture
def files_of() -> Callable[..., MemoryFiles]:
    """Files from keywords: ``train__py="LR = 1"``."""
    return make_files


@pytest.fixture
def task_of() -> Callable[..., Task]:
    """A task whose other keys are given by keyword."""
    return make_task


@pytest.fixture
def space_of() -> Callable[..., Space]:
    """The space of one ``train.py``, under a task with the keys given."""

    def build(source: str | bytes, **keys: object) -> Space:
        return discover(make_files(train__py=source), make_task(**keys))

    return build


@pytest.fixture
def names_of(space_of: Callable[..., Space]) -> Callable[..., list[str]]:
    """The names that are tuned in one ``train.py``."""

    def build(source: str | bytes, **keys: object) -> list[str]:
        return [tunable.name for tunable in space_of(source, **keys)]

    return build


@pytest.fixture
def corpus() -> dict[str, bytes]:
    """Realistic scripts and configuration files by name."""
    folder = Path(__file__).parent / "corpus"
    return {
        p.name: p.read_bytes()
        for p in sorted(folder.iterdir())
        if p.is_file() and p.name != "ruff.toml"
    }
