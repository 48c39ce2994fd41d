"""A lab whose training run costs next to nothing, so that what is left to measure is the loop.

    python -m benchmarks.simlab DIR [--sleep SECONDS] [--size BYTES] [--org solo]

The program holds six constants, so that an embedded engine always has something new to propose,
and its score is a bowl over them with a little noise that the seed decides. It is started as
`python -S -E`, which is about the least a Python process can be (12 ms), and is padded to a size,
since what a loop does with a program may depend on its length.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from .orgs import ORGS, Organization

_PROGRAM = """\
import sys
import time

A = 5.0  # 1..9
B = 5.0  # 1..9
C = 5.0  # 1..9
D = 5.0  # 1..9
E = 5.0  # 1..9
F = 5.0  # 1..9


def main() -> None:
    began = time.time()
    time.sleep({sleep!r})
    noise = int(sys.argv[-1]) * 2654435761 % 4294967296 / 4294967296 - 0.5
    away = zip((A, B, C, D, E, F), (3.1, 7.7, 5.9, 1.6, 8.4, 4.2))
    score = 0.1 * noise - sum((x - best) ** 2 for x, best in away)
    sys.stdout.write(f"began: {{began!r}}\\nscore: {{score:.9f}}\\n")


"""
_PADDING = """\
def step_{i}(a, b):
    return a * {i} + b - {i} * 7


"""
_END = "main()\n"

_TASK = """\
---
name: simlab
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
editable: [program.py]
limits: {wall: 60s, memory: 1GB}
slots: %d
---
Find the constants that score best. There is nothing else to it: this lab measures the loop.
"""


def program_text(eval_sleep: float = 0.0, size: int = 1024) -> str:
    """The program, of at least ``size`` bytes; its run sleeps for ``eval_sleep`` seconds."""
    text = _PROGRAM.format(sleep=float(eval_sleep))
    i = 0
    while len(text) + len(_END) < size:
        text += _PADDING.format(i=i)
        i += 1
    return text + _END


def with_constant(program: str, value: float) -> str:
    """The program with another value of its first constant."""
    head, _, rest = program.partition("A = ")
    return f"{head}A = {value!r}{rest[rest.index('  #') :]}"


def make_lab(
    path: Path,
    eval_sleep: float = 0.0,
    size: int = 1024,
    slots: int = 1,
    org: Organization | None = None,
) -> Path:
    """A git repository at ``path`` with the program, ``task.md`` and ``org``, committed.

    Without ``org`` the lab runs under the bundled default organization.
    """
    path.mkdir(parents=True)
    (path / "program.py").write_text(program_text(eval_sleep, size), encoding="utf-8")
    (path / "task.md").write_text(_TASK % slots, encoding="utf-8")
    for name, text in (org.files() if org else {}).items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    start_repository(path)
    return path


def start_repository(path: Path) -> None:
    """Make ``path`` a git repository with one commit of all it holds, whatever git's settings."""
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "Start"]):
        subprocess.run(["git", *arguments], cwd=path, check=True, env=git_environment())


def git_environment() -> dict[str, str]:
    """The environment for a git that reads nobody's settings and knows who commits."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {f"GIT_{who}_{what}": "bench@localhost" if what == "EMAIL" else "bench"
              for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}  # fmt: skip
    return {**kept, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make a lab that measures the loop.")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--sleep", type=float, default=0.0, help="seconds that a run takes")
    parser.add_argument("--size", type=int, default=1024, help="bytes of the program")
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--org", choices=sorted(ORGS), default="classic")
    parser.add_argument("--accept", default="greedy", help="the charter's rule")
    parser.add_argument("--lookahead", type=int, help="walks ahead; measured where left out")
    given = parser.parse_args()
    employed = Organization(given.org, accept=given.accept, lookahead=given.lookahead)
    print(make_lab(given.dir, given.sleep, given.size, given.slots, employed))
