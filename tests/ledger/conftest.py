from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orgloop.ledger import CallRow, Ledger, MeasurementRow, RunRow, StepRow

BASE = "b" * 40
TASK = {"name": "bytes-lm", "metric": "val_bpb", "goal": "minimize", "evaluate": "score.py"}


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Lab:
    """A ledger with a run in it, and short ways to make things happen."""

    ledger: Ledger
    run: RunRow
    clock: Clock
    commits: int = field(default=0)

    def start(self, title: str = "") -> str:
        id = self.ledger.experiments.start(self.run.id, 1, BASE).id
        if title:
            self.commits += 1
            commit = f"{self.commits:040x}"
            self.ledger.experiments.update(self.run.id, id, title=title, commit=commit)
        return id

    def step(self, id: str, node: str, note: str = "", **fields: object) -> None:
        began = self.ledger.steps.begin(self.run.id, id, node, 1)
        row = StepRow(
            self.run.id, id, node, 1, began.started, None, note=note, engine="embedded: x", **fields
        )  # type: ignore[arg-type]
        self.ledger.steps.finish(row)

    def call(self, id: str, node: str = "pi", **fields: object) -> None:
        known: dict[str, object] = {
            "run": self.run.id, "experiment": id, "node": node, "visit": 1, "seat": 0,
            "at": self.clock(), "wall_s": 2.0, "engine": "mind", "model": "openai:x",
            "input_tokens": 100, "cached_tokens": 40, "cache_write_tokens": 0,
            "output_tokens": 20, "cost_usd": 0.5,
        }  # fmt: skip
        self.ledger.calls.record(CallRow(**{**known, **fields}))  # type: ignore[arg-type]

    def measure(self, id: str, value: float | None, **fields: object) -> str:
        measurements = self.ledger.measurements
        name = measurements.next_id(self.run.id, id)
        experiment = self.ledger.experiments.get(self.run.id, id)
        commit = (experiment.commit if experiment else None) or BASE
        seed = measurements.fresh_seed(self.run.id)
        began = self.clock()
        measurements.begin(
            MeasurementRow(self.run.id, name, id, commit, seed, "search", "running", began)
        )
        measurements.finish(name, value=value, **fields)  # type: ignore[arg-type]
        return name

    def keep(self, title: str, value: float, gain: float = 0.1) -> str:
        id = self.start(title)
        row = self.ledger.experiments.get(self.run.id, id)
        assert row is not None and row.commit is not None
        self.ledger.experiments.keep(
            self.run.id, id, commit=row.commit, value=value, stderr=0.01, gain=gain
        )
        return id

    def discard(self, title: str, value: float | None = None, gain: float | None = None) -> str:
        id = self.start(title)
        if value is not None:
            self.measure(id, value)
        self.ledger.experiments.finish(
            self.run.id, id, "discard", "no gain", value=value, stderr=0.01, gain=gain
        )
        return id

    def crash(self, title: str, tail: str = "", reason: str = "exception: no") -> str:
        id = self.start(title)
        said = {"kind": "exception", "step": "run", "message": reason, "tail": tail}
        self.measure(id, None, crash=said)
        self.ledger.experiments.finish(self.run.id, id, "crash", reason)
        return id


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    clock = Clock()
    ledger = Ledger.open(tmp_path / ".orgloop" / "lab.db", clock=clock)
    run = ledger.runs.create(baseline_commit=BASE, task=TASK, seed=7)
    ledger.incumbents.promote(run.id, commit=BASE, experiment="baseline", value=2.7, stderr=0.01)
    yield Lab(ledger, run, clock)
    ledger.close()
