"""A small lab with a ledger that never ran, and the app on it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from orgloop.ledger import ExperimentRow, QuestionRow, RunRow
from orgloop.org import bundled_root
from orgloop_tui.app import WatchApp
from orgloop_tui.model.source import Source

TASK = """\
---
name: bowl
metric: score
goal: maximize
run: python train.py --seed {seed}
editable: [train.py]
---
Find the constants that score best.
"""


class Doors:
    """Writes files, and remembers what it was asked for."""

    def __init__(self, lab: Path, generations: Mapping[str, Mapping[str, bytes]] = {}) -> None:
        self.lab = lab
        self.generations = generations
        self.wentback: list[tuple[str, int]] = []

    def alive(self) -> bool:
        return True

    def diff(self, run: RunRow, experiment: ExperimentRow) -> str:
        return ""

    def generation(self, commit: str) -> Mapping[str, bytes]:
        return self.generations.get(commit, {})

    def ask(self, verb: str, experiment: str | None = None, **args: object) -> str:
        return verb

    def tell(self, text: str, role: str | None) -> str:
        return text

    def question(self, row: QuestionRow) -> str:
        return ""

    def answer(self, row: QuestionRow, decision: str | None, note: str, title: str) -> str:
        return note

    def save(self, path: str, content: bytes) -> str:
        (self.lab / path).write_bytes(content)
        return f"Saved {path}."

    def back(self, run: str, generation: int) -> str:
        self.wentback.append((run, generation))
        return f"Back to {generation}."


def make_lab(root: Path) -> Path:
    """A lab with the bundled organization written out."""
    root.mkdir()
    (root / "task.md").write_text(TASK)
    (root / "train.py").write_text("print('score: 1')\n")
    for name in ("org", "roles"):
        shutil.copytree(bundled_root() / name, root / name)
    return root


def app_of(lab: Path, doors: Doors | None = None) -> WatchApp:
    """The app, as `orgloop watch` makes it."""
    doors = doors or Doors(lab)
    source = Source(lab, name=lab.name, alive=doors.alive, generation=doors.generation)
    return WatchApp(source, doors)
