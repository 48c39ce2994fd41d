"""Records the table that stands for bytes-lm where organizations are compared in seconds.

    nice -n 15 python -m benchmarks.bytes_lm_table TABLE.csv [--runs 200]

Real training runs of `examples/labs/bytes-lm` at many settings of its constants: the first ones at
the default, for the noise, then in turn near the default, near the best so far, and further out.
Training and prediction are the lab's own programs, five CPU seconds a run, and the score is its
evaluator's, all without the sandbox. A run over the lab's CPU limit is a crash. Rows are appended,
so that a recording that was cut off goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib
import io
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from orgloop.engines.tunables import Space, Value, discover, splice
from orgloop.org.bundled import bundled_root
from orgloop.problems import Problems
from orgloop.task import Task, parse_task
from orgloop.testing.requests import FilesInMemory

_LAB = bundled_root() / "examples" / "labs" / "bytes-lm"
_REPEATS = 8
"""Runs of the default, for the noise."""


class Recorder:
    """Runs the lab's programs in a copy of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("corpus.py", "predict.py", "evaluate.py"):
            (folder / name).write_bytes((_LAB / name).read_bytes())
        self._source = (_LAB / "train.py").read_bytes()
        self.task = _task()
        self._files = FilesInMemory({"train.py": self._source})
        self.space: Space = discover(self._files, self.task)
        sys.path.insert(0, str(folder))
        self._evaluate = importlib.import_module("evaluate")
        for name in ("questions", "answers", "scoring"):
            (folder / name).mkdir()
        self._evaluate.ask(folder / "questions", folder / "scoring")

    def run(self, point: Mapping[str, Value], seed: int) -> tuple[float | None, float]:
        """The score, or None for a crash, and the CPU seconds that it took."""
        edited = splice(self._files, self.space, point)
        (self._folder / "train.py").write_bytes(edited.get("train.py", self._source))
        used, limit = 0.0, self.task.limits.cpu or 6.5
        for command in (["train.py", "--seed", str(seed)], ["predict.py"]):
            done, spent = self._spawn(command)
            used += spent
            if not done or used > limit:
                return None, used
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                self._evaluate.score(self._folder / "answers", self._folder / "scoring")
        except self._evaluate.Refused:
            return None, used
        return float(said.getvalue().rsplit("val_bpb: ", 1)[1]), used

    def _spawn(self, command: list[str]) -> tuple[bool, float]:
        folders = {name: self._folder / name for name in ("questions", "answers")}
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=self._folder,
            env={**os.environ, **{f"ORGLOOP_{k.upper()}": str(v) for k, v in folders.items()}},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode == 0, spent.ru_utime + spent.ru_stime


def _task() -> Task:
    task = parse_task((_LAB / "task.md").read_bytes(), "task.md", Problems())
    assert task is not None
    return task


def draw(number: int, space: Space, best: Mapping[str, Value]) -> dict[str, Value]:
    """The point of this run: some constants moved from where the search would be."""
    chance = random.Random(f"bytes-lm {number}")
    if number < _REPEATS:
        return space.values
    start = best if number % 2 else space.values
    moved = chance.choice((1, 1, 2, 3, 5)) if number % 5 else len(space) // 2
    point = dict(start)
    for tunable in chance.sample(list(space), moved):
        at, spread = tunable.to_unit(point[tunable.key]), 0.25 if number % 3 else 1.0
        low, high = max(0.0, at - spread), min(1.0, at + spread)
        point[tunable.key] = tunable.from_unit(chance.uniform(low, high))
    return point


def main() -> None:
    """Record until the table has so many rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder))
        space = recorder.space
        rows = list(csv.DictReader(given.table.open())) if given.table.exists() else []
        names = ["value", "cpu_s", "seed", *(tunable.name for tunable in space)]
        with given.table.open("a", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if not rows:
                writer.writerow(names)
            for number in range(len(rows), given.runs):
                point = draw(number, space, _best(space, rows))
                value, spent = recorder.run(point, 1000 + number)
                shown = "" if value is None else f"{value:.4f}"
                cells = [shown, f"{spent:.2f}", 1000 + number, *(point[t.key] for t in space)]
                writer.writerow([f"{c:.6g}" if isinstance(c, float) else c for c in cells])
                file.flush()
                rows.append(dict(zip(names, map(str, cells), strict=True)))


def _best(space: Space, rows: list[dict[str, str]]) -> dict[str, Value]:
    done = [row for row in rows if row["value"]]
    if not done:
        return space.values
    best = min(done, key=lambda row: float(row["value"]))
    return {t.key: type(t.value)(best[t.name]) for t in space}


if __name__ == "__main__":
    main()
