"""The tasks that organizations are tried on: labs, and the simulated ones that ship."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from orgloop.bench import ExecutorFactory, executor_for
from orgloop.errors import NotALab, UserError
from orgloop.org import bundled_root
from orgloop.problems import Problems, did_you_mean
from orgloop.repo import LabRepo
from orgloop.task import Task, parse_task
from orgloop.tune.recorded import recorded_surface
from orgloop.tune.shipped import ShippedSurface
from orgloop.tune.simulated import simulated_bench
from orgloop.tune.surface import Surface

Kind = Literal["tuning", "held-out", "lab", "rehearsal"]


@dataclass(frozen=True, slots=True)
class TrialTask:
    """A task as organizations are put before it."""

    name: str
    kind: Kind
    """``tuning`` and ``held-out`` are simulated, and nothing is ever tuned on the latter; ``lab``
    is a person's own, ``rehearsal`` a run of it that is replayed."""
    root: Path
    """Where its files lie."""
    task: Task
    surface: Surface | None = None
    """What answers in place of a bench; None where runs are real."""

    @property
    def bench(self) -> ExecutorFactory:
        """What carries out its runs."""
        if self.surface is None:
            return executor_for(self.task)
        return simulated_bench(self.surface, self.task)

    @property
    def version(self) -> str:
        """What its files are: a commit, or for a simulated task a digest. Raises RepoError."""
        return _digest(self.name, self.root) if self.simulated else _head(self.root)

    @property
    def simulated(self) -> bool:
        """Whether no process is ever run for it."""
        return self.surface is not None


@dataclass(frozen=True, slots=True)
class _Shipped:
    kind: Kind
    place: str
    """Of the lab, below the bundled directory."""
    surface: Callable[[Path, Task], Surface]


def _own(root: Path, _: Task) -> Surface:
    return ShippedSurface(root)


_SHIPPED: Mapping[str, _Shipped] = {
    "bowl": _Shipped("tuning", "examples/tasks/bowl", _own),
    "sparse": _Shipped("tuning", "examples/tasks/sparse", _own),
    "noisy": _Shipped("tuning", "examples/tasks/noisy", _own),
    "bytes-lm-table": _Shipped("tuning", "examples/labs/bytes-lm", recorded_surface),
    "bold": _Shipped("held-out", "examples/tasks/bold", _own),
    "mixed": _Shipped("held-out", "examples/tasks/mixed", _own),
}
GROUPS = ("tuning", "held-out")


def shipped_tasks(kind: Kind | None = None) -> tuple[TrialTask, ...]:
    """The simulated tasks, those of one kind where it is named."""
    return tuple(
        shipped_task(name) for name, one in _SHIPPED.items() if kind is None or one.kind == kind
    )


def shipped_task(name: str) -> TrialTask:
    """The simulated task of that name; raises UserError where there is none."""
    shipped = _SHIPPED.get(name)
    if shipped is None:
        raise UserError(f"There is no task `{name}`.", hint=did_you_mean(name, _SHIPPED))
    root = bundled_root() / shipped.place
    task = _task_in(root).model_copy(update={"name": name, "slots": 1})
    return TrialTask(name, shipped.kind, root, task, shipped.surface(root, task))


def lab_task(root: Path) -> TrialTask:
    """A person's lab as a task; raises NotALab where there is none, ProblemsFound and UserError."""
    if not (root / "task.md").is_file():
        raise NotALab(
            f"There is no task.md in {root}.",
            hint="Name a lab, or simulated tasks with --tasks tuning.",
        )
    task = _task_in(root)
    return TrialTask(task.name, "lab", root.resolve(), task)


def find_tasks(names: Iterable[str]) -> tuple[TrialTask, ...]:
    """The tasks of these names: directories, simulated tasks, and groups of them, each once.

    Raises UserError for a name that is none of them.
    """
    found: dict[str, TrialTask] = {}
    for name in names:
        if (Path(name) / "task.md").is_file():
            some: tuple[TrialTask, ...] = (lab_task(Path(name)),)
        elif name in GROUPS:
            some = shipped_tasks("tuning" if name == "tuning" else "held-out")
        elif Path(name).is_dir() and name not in _SHIPPED:
            some = (lab_task(Path(name)),)  # which says what is missing
        elif name in _SHIPPED:
            some = (shipped_task(name),)
        else:
            raise UserError(
                f"There is no task `{name}`.", hint=did_you_mean(name, [*_SHIPPED, *GROUPS])
            )
        for one in some:
            known = found.setdefault(one.name, one)
            if known.root != one.root:
                raise UserError(
                    f"Two tasks are called `{one.name}`: {known.root} and {one.root}.",
                    hint="Rename one, in its task.md.",
                )
    return tuple(found.values())


@cache
def _digest(name: str, root: Path) -> str:
    """Of the lab's files, and of what its surface is made from."""
    whole = hashlib.sha256()
    beside = bundled_root() / "examples" / "tasks" / name
    paths = {path for folder in {root, beside} for path in folder.glob("*")}
    for path in sorted(path for path in paths if path.suffix in (".py", ".md", ".csv")):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def _head(root: Path) -> str:
    with LabRepo.open(root) as repo:
        return repo.head()


def _task_in(root: Path) -> Task:
    return task_from((root / "task.md").read_bytes())


def task_from(content: bytes) -> Task:
    """The task that a ``task.md`` says; raises ProblemsFound."""
    problems = Problems()
    task = parse_task(content, "task.md", problems)
    problems.raise_errors()
    assert task is not None, "a task without problems"
    return task
