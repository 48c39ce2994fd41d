"""Labs whose training takes milliseconds, and minds that do as they are told."""

from __future__ import annotations

import subprocess
import textwrap
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.lab.summary import RunSummary
from orgloop.ledger import ExperimentRow, Ledger, StepRow

PROGRAM = """\
import sys, time
A = 0.0  # 0..10
B = 0.0  # 0..10
SLEEP = 0.0
time.sleep(SLEEP)
print(f"score: {A + B}")
"""
TASK = """\
---
name: tiny
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
editable: [program.py]
limits: {wall: 30s, memory: 1GB}
slots: 1
tunables: [A, B]
---
Make the sum large.
"""
SOLO = """\
---
name: solo
model: python:MINDS:engine
accept: greedy
budget: {experiments: 4}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
WORKER = """\
---
name: worker
description: Does the work.
tools: Read, Edit
---
Do it.
"""
JUDGED = """\
---
name: judged
model: python:MINDS:engine
accept: greedy
budget: {experiments: 3}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> judge
    judge -- approve --> bench
    judge -- reject --> discard
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
JUDGE = """\
---
name: judge
description: Looks at the change.
tools: Read
model: human
---
Look at {{ experiment.id }}: {{ experiment.diff }}
"""
JUDGE_WITHOUT_PERSON = JUDGE.replace("model: human\n", "")
MINDS = """\
import re
from orgloop.testing.scripted import Line, Scripted

def number(request):
    return int(request.experiment[1:])

def put(request, **values):
    text = request.files.read("program.py").decode()
    for name, value in values.items():
        text = re.sub(rf"^{name} = .*?(?=  #|$)", f"{name} = {value!r}", text, flags=re.M)
    return {"program.py": text.encode()}

"""

COUNTING = "engine = Scripted({'worker': lambda r: Line(edits=put(r, A=float(number(r))))})"
"""An engine whose n-th experiment scores n."""


def git(path: Path, *arguments: str) -> str:
    """Run git as a person would, with a name of its own."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=path, check=True, capture_output=True, text=True
    )
    return done.stdout


@dataclass
class TinyLab:
    """A lab on disk, and what is on its record."""

    root: Path
    module: str
    """The name of the module that thinks: its own, since engines are loaded once."""

    minds_dir: Path

    def write(self, name: str, text: str) -> None:
        self.write_at(self.root / name, text)

    def write_at(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = textwrap.dedent(text).replace("MINDS", self.module)
        path.write_text(text, encoding="utf-8")

    def minds(self, code: str) -> None:
        """Write the module that thinks: it must define ``engine``."""
        self.write_at(self.minds_dir / f"{self.module}.py", MINDS + textwrap.dedent(code))

    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", "more")

    def run(self, *, new: bool = False, **options: object) -> RunSummary:
        given = RunOptions.model_validate(options)
        return run_lab(self.root, given, new=new, on_open=lambda session: None)

    def ledger(self) -> Ledger:
        return Ledger.read_only(self.root / ".orgloop" / "lab.db")

    def experiments(self, run: str = "r1") -> list[ExperimentRow]:
        with self.ledger() as ledger:
            return ledger.experiments.finished(run)

    def steps(self, experiment: str, run: str = "r1") -> list[StepRow]:
        with self.ledger() as ledger:
            return ledger.steps.of(run, experiment)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TinyLab]:
    """Makes a committed lab: program, task, one role called worker, and an engine for it."""
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path / "minds"))

    def make(
        minds: str = COUNTING,
        *,
        charter: str = SOLO,
        program: str = PROGRAM,
        task: str = TASK,
        folder: str = "lab",
        repository: str | None = None,
        **roles: str,
    ) -> TinyLab:
        lab = TinyLab(tmp_path / folder, f"minds_{uuid.uuid4().hex}", tmp_path / "minds")
        lab.minds(minds)
        lab.write("program.py", program)
        lab.write("task.md", task)
        lab.write("org/charter.md", charter)
        for name, text in {"worker": WORKER, **roles}.items():
            lab.write(f"roles/{name}.md", text)
        top = tmp_path / repository if repository else lab.root
        git(top, "init", "-q", "-b", "main")
        git(top, "add", "-A")
        git(top, "commit", "-qm", "start")
        return lab

    return make
