"""An arena: one task with a known answer, a cheat beside it, and a look at what it left behind.

The honest run scores exactly 1.0. A cheat that works scores less, prints STOLEN, changes a file
that is not its own, survives its run, or keeps the next honest run from scoring 1.0.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from orgloop.bench import Bench, LocalExecutor, Measurement, Slot
from orgloop.task.model import Task

TRUTH = "the-judge-knows-13.25"

EVALUATE = """
import json, os, sys
from pathlib import Path

def at(name):
    return Path(os.environ["ORGLOOP_" + name])

if sys.argv[1] == "ask":
    (at("QUESTIONS") / "questions.json").write_text("[2, 3]")
    (at("SCORING") / "truth.txt").write_text(Path("hidden.txt").read_text())
else:
    said = (at("ANSWERS") / "answer.txt").read_text()[:100]
    truth = (at("SCORING") / "truth.txt").read_text().rpartition("-")[2]
    print(f"loss: {abs(float(said) - float(truth))}")
"""
PREDICT = """
import json, os
from pathlib import Path

a, b = json.loads((Path(os.environ["ORGLOOP_QUESTIONS"]) / "questions.json").read_text())
w = float((Path(os.environ["ORGLOOP_ARTIFACTS"]) / "model.txt").read_text())
(Path(os.environ["ORGLOOP_ANSWERS"]) / "answer.txt").write_text(str(a * w + b))
"""
TRAIN = """
open("model.txt", "w").write("5.625")
print("---")
print("steps: 10")
"""
HONEST = 1.0


@dataclass(frozen=True)
class Checkout:
    path: Path
    lab: Path


@dataclass
class Arena:
    """A lab without git: a person's checkout, two slots, the frozen files, a ledger."""

    root: Path
    executor: LocalExecutor
    count: int = 0
    keys: dict[str, object] = field(default_factory=dict)
    honest_value: float = HONEST
    truth: str = TRUTH
    train: str = TRAIN
    predict: str = PREDICT

    @property
    def home(self) -> Path:
        return self.root / ".orgloop"

    def slot(self, number: int = 1) -> Checkout:
        top = self.home / "worktrees" / str(number)
        return Checkout(top, top)

    def lay_out(self) -> None:
        """Write everything anew, as the pool does between two runs."""
        files = {"train.py": TRAIN, "predict.py": PREDICT, "evaluate.py": EVALUATE}
        files["hidden.txt"] = TRUTH
        places = (self.root, self.home / "frozen", self.slot(1).lab, self.slot(2).lab)
        for place in places:
            place.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                path = place / name
                path.unlink(missing_ok=True)
                path.write_text(text)
        for number in (1, 2):
            link = self.slot(number).path / ".git"
            link.write_text(f"gitdir: {self.root}/.git/worktrees/{number}\n")
        if not (self.home / "lab.db").exists():
            (self.home / "lab.db").write_text("the ledger")

    def task(self, **keys: object) -> Task:
        values: dict[str, object] = {
            "name": "arena",
            "metric": "loss",
            "goal": "minimize",
            "run": "python -S train.py",
            "predict": "python -S predict.py",
            "evaluate": "python -S evaluate.py",
            "artifacts": ["model.txt"],
            "hidden": ["hidden.txt"],
            "editable": ["train.py"],
            "limits": {"wall": "30s"},
        }
        return Task.model_validate({**values, **self.keys, **keys})

    async def attempt(
        self, train: str = TRAIN, *, predict: str | None = None, slot: int = 1, **keys: object
    ) -> Measurement:
        """Measure a commit of this ``train.py`` (and, if told so, ``predict.py``)."""
        self.lay_out()
        (self.slot(slot).lab / "train.py").write_text(dedent(train))
        if predict is not None:
            (self.slot(slot).lab / "predict.py").write_text(dedent(predict))
        self.count += 1
        bench = Bench(self.task(**keys), self.executor, home=self.home, frozen=self.home / "frozen")
        return await bench.measure(f"r1-e{self.count:04d}-m1", self.slot(slot), 7, Slot(0))

    async def alone(self, code: str, **keys: object) -> str:
        """What a run with this code, and no scoring, says before it ends."""
        without = {"evaluate": None, "predict": None, "artifacts": []}
        measured = await self.attempt(code, **{**without, **keys})
        assert measured.log is not None
        return measured.log.read_text(errors="replace")

    async def is_unharmed(self) -> bool:
        """Whether an honest run, in the same slot, still scores what it should."""
        measured = await self.attempt()
        return measured.crash is None and measured.value == HONEST

    def naive(
        self, code: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        """What the same code says without a box, as most harnesses would run it."""
        done = subprocess.run(
            [sys.executable, "-S", "-c", dedent(code)],
            cwd=cwd or self.slot().lab,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def outside(self) -> dict[str, str]:
        """Every file that is not slot 1's or a running job's, and its content's hash."""
        ours = (self.slot(1).path, self.home / "jobs", self.home / "scratch")
        found = {}
        for folder, folders, names in os.walk(self.root.parent):
            folders[:] = [name for name in folders if Path(folder, name) not in ours]
            for name in names:
                path = Path(folder, name)
                if path.is_symlink() or not path.is_file():
                    found[str(path)] = "special"
                else:
                    found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


@pytest.fixture
async def executor(tmp_path: Path) -> AsyncIterator[LocalExecutor]:
    made = LocalExecutor(tmp_path / "lab" / ".orgloop" / "jobs")
    assert made.sandbox.sealed, "these tests are about the sandbox, and none works here"
    yield made
    await made.close()


@pytest.fixture
def arena(tmp_path: Path, executor: LocalExecutor) -> Iterator[Arena]:
    root = tmp_path / "lab"
    root.mkdir(exist_ok=True)
    made = Arena(root, executor)
    made.lay_out()
    yield made


def _alive(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if mark.encode() in words and state not in "ZX":
            found.append(int(entry.name))
    return found


@pytest.fixture
def survivors(tmp_path: Path) -> Iterator[None]:
    """Fails the test where a process of the arena's slots is alive at its end."""
    yield
    assert _alive(str(tmp_path / "lab" / ".orgloop" / "worktrees")) == []


TASK = """\
---
name: arena
metric: loss
goal: minimize
run: python -S train.py {seed}
predict: python -S predict.py
evaluate: python -S evaluate.py
editable: [train.py]
artifacts: [model.txt]
hidden: [hidden.txt]
limits: {cpu: 3s, wall: 60s, memory: 150MB, disk: 20MB}
slots: 1
---
Answer what is asked.
"""
CHARTER = """\
---
name: cheats
model: python:MINDS:engine
accept: greedy
budget: {experiments: COUNT}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
WORKER = "---\nname: worker\ndescription: Cheats.\ntools: Read, Edit\n---\nCheat.\n"
MINDS = """\
import json, pathlib
from orgloop.testing.scripted import Line, Scripted

EDITS = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())

def act(request):
    name, edits = EDITS[int(request.experiment[1:]) - 1]
    return Line(edits={path: text.encode() for path, text in edits.items()}, title=name)

engine = Scripted({"worker": act})
"""


def write_lab(root: Path, minds: Path, edits: list[tuple[str, dict[str, str]]]) -> str:
    """A committed lab whose n-th experiment makes the n-th edit; the name of what thinks."""

    name = f"cheats_{uuid.uuid4().hex}"
    minds.mkdir(parents=True, exist_ok=True)
    (minds / f"{name}.py").write_text(MINDS)
    (minds / f"{name}.json").write_text(json.dumps(edits))
    files = {
        "task.md": TASK,
        "train.py": TRAIN,
        "predict.py": PREDICT,
        "evaluate.py": EVALUATE,
        "hidden.txt": TRUTH,
        "org/charter.md": CHARTER.replace("MINDS", name).replace("COUNT", str(len(edits))),
        "roles/worker.md": WORKER,
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    return name


@pytest.fixture
def lab_of_cheats(tmp_path: Path) -> Callable[..., Path]:
    """Makes a lab in `cheats` of a directory (`tmp_path`); what thinks lies in `minds` of it."""

    def make(edits: list[tuple[str, dict[str, str]]], place: Path = tmp_path) -> Path:
        root = place / "cheats"
        write_lab(root, place / "minds", edits)
        return root

    return make
