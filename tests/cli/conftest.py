"""The command line as a person uses it, and a lab whose training takes milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from orgloop.cli import main

PROGRAM = """\
import random
import sys

RATE = 0.1  # 0.01..1 log
WIDTH = 8  # 1..64
seed = int(sys.argv[sys.argv.index("--seed") + 1])
loss = (RATE - 0.3) ** 2 + abs(WIDTH - 20) / 100
print(f"loss: {loss + random.Random(seed).gauss(0, 0.001):.6f}")
"""
TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python -S -E train.py --seed {seed}
editable: [train.py]
limits: {wall: 30s}
slots: 2
---
Make it small.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str


def git(path: Path, *arguments: str) -> str:
    """Run git as a person would, with a name of its own."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=path, check=True, capture_output=True, text=True
    )
    return done.stdout


def apart(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Said:
    """`orgloop` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from orgloop.cli import main; main()", *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


Orgloop = Callable[..., Said]


@pytest.fixture
def orgloop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Orgloop:
    """`orgloop` in this process, in an empty directory; a traceback fails the test."""
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["orgloop", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Said(0 if code is None else int(code), said.out, said.err)

    return run


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A committed lab with two constants to tune, under the bundled organization."""
    root = tmp_path / "lab"
    root.mkdir()
    (root / "train.py").write_text(PROGRAM)
    (root / "task.md").write_text(TASK)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    return root
