"""A lab on disk, small enough to be measured in milliseconds."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from orgloop.bench import Bench, LocalExecutor, Measurement, Slot, Step
from orgloop.bench.protocol import Job, StepResult
from orgloop.task.model import Task
from orgloop.testing.jobs import shell_step


@dataclass
class Checkout:
    path: Path
    lab: Path


@dataclass
class SmallLab:
    """The person's checkout, a worktree of it and a frozen one, without git."""

    root: Path
    executor: LocalExecutor
    count: int = 0
    keys: dict[str, object] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / ".orgloop"

    @property
    def worktree(self) -> Checkout:
        top = self.home / "worktrees" / "0"
        return Checkout(top, top)

    @property
    def frozen(self) -> Path:
        return self.home / "frozen"

    def write(self, **files: str) -> None:
        """Tracked files, the same in both checkouts; `train` is `train.py`."""
        for name, text in files.items():
            for place in (self.worktree.lab, self.frozen):
                place.mkdir(parents=True, exist_ok=True)
                (place / f"{name}.py").write_text(dedent(text))
        (self.worktree.path / ".git").write_text("gitdir: /somewhere/else\n")

    def task(self, **keys: object) -> Task:
        values: dict[str, object] = {
            "name": "small",
            "metric": "loss",
            "goal": "minimize",
            "run": "python -S train.py",
            "editable": ["train.py"],
            "limits": {"wall": "20s"},
        }
        return Task.model_validate(values | keys)

    def bench(self, **keys: object) -> Bench:
        return Bench(self.task(**keys), self.executor, home=self.home, frozen=self.frozen)

    async def measure(self, train: str, *, seed: int = 7, **keys: object) -> Measurement:
        self.write(train=train)
        self.count += 1
        return await self.bench(**keys).measure(f"m{self.count}", self.worktree, seed, Slot(0))


@pytest.fixture
async def executor(tmp_path: Path) -> AsyncIterator[LocalExecutor]:
    made = LocalExecutor(tmp_path / "lab" / ".orgloop" / "jobs")
    yield made
    await made.close()


@pytest.fixture
def lab(tmp_path: Path, executor: LocalExecutor) -> SmallLab:
    root = tmp_path / "lab"
    root.mkdir(exist_ok=True)
    made = SmallLab(root, executor)
    made.write(train="")
    return made


class Ran(NamedTuple):
    step: StepResult
    said: str


@pytest.fixture
def step(tmp_path: Path) -> Callable[..., Step]:
    """Makes a shell step that works in `tmp_path/work`."""

    def make(command: str, **limits: float) -> Step:
        return shell_step(tmp_path / "work", dedent(command), **limits)

    return make


@pytest.fixture
def shell(executor: LocalExecutor, step: Callable[..., Step]) -> Callable[..., Awaitable[Ran]]:
    """Runs a shell command in a box; what became of it and what it said."""
    numbers = itertools.count()

    async def run(command: str, **limits: float) -> Ran:
        job = Job(id=f"s{next(numbers)}", steps=(step(command, **limits),))
        result = (await executor.run(job)).steps[-1]
        assert result.output is not None
        return Ran(result, result.output.read_text(errors="replace"))

    return run


@pytest.fixture
def processes_of() -> Callable[[str], list[int]]:
    """Pids of live processes whose command line holds a text."""

    def find(text: str) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            name = entry.name
            if not name.isdecimal() or int(name) == os.getpid():
                continue
            try:
                words = Path("/proc", name, "cmdline").read_bytes()
                state = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if text.encode() in words and state not in "ZX":
                found.append(int(name))
        return found

    return find
