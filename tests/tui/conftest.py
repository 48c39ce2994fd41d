"""A lab on record, written by hand, and doors that remember what was asked of them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from orgloop.errors import UserError
from orgloop.ledger import ExperimentRow, Ledger, MeasurementRow, QuestionRow, RunRow, ledger_path
from orgloop.org import load_lab
from orgloop_tui.app import WatchApp
from orgloop_tui.model.source import Source

BASE = "b" * 40
TASK = {"name": "tiny", "metric": "loss", "goal": "minimize", "slots": 2}
TASK_FILE = """\
---
name: tiny
metric: loss
goal: minimize
run: python train.py --seed {seed}
editable: [train.py]
slots: 2
---
Make it small.
"""
DIFF = """\
diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -1 +1 @@
-RATE = 0.1  # how fast
+RATE = 0.3  # how fast
"""
EVIL = "[red]not markup[/] [@click=app.quit]x[/] \x1b]0;owned\x07\x1b[2J"
WIDE = "数据" * 30
NOON = 1_700_000_000.0


@dataclass
class FakeDoors:
    """Says yes, and remembers."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    about: list[tuple[str, str | None, dict[str, object]]] = field(default_factory=list)
    """What was asked for, of which experiment, with what."""
    refuse: str = ""

    def alive(self) -> bool:
        return True

    def diff(self, run: RunRow, experiment: ExperimentRow) -> str:
        return DIFF if experiment.commit else ""

    def generation(self, commit: str) -> Mapping[str, bytes]:
        raise UserError("There is no git here.")

    def ask(self, verb: str, experiment: str | None = None, **args: object) -> str:
        if self.refuse:
            raise UserError(self.refuse, hint="Do this.")
        self.asked.append(("ask", verb))
        self.about.append((verb, experiment, args))
        return f"Asked to {verb}."

    def tell(self, text: str, role: str | None) -> str:
        self.asked.append(("tell", text, role))
        return ""

    def question(self, row: QuestionRow) -> str:
        return f"# What now?\n\n{row.text}"

    def answer(self, row: QuestionRow, decision: str | None, note: str, title: str) -> str:
        self.asked.append(("answer", row.name, decision, note))
        return "Answered."

    def back(self, run: str, generation: int) -> str:
        raise UserError("There is nothing to go back to.")


@dataclass
class Recorded:
    """A lab's directory with a ledger in it."""

    root: Path
    ledger: Ledger
    run: RunRow
    commits: int = 0

    def start(self, title: str) -> str:
        id = self.ledger.experiments.start(self.run.id, 1, BASE).id
        self.commits += 1
        commit = f"{self.commits:040x}"
        self.ledger.experiments.update(self.run.id, id, title=title, commit=commit)
        return id

    def measure(
        self, id: str, value: float | None, *, kind: str = "search", **fields: object
    ) -> None:
        name = self.ledger.measurements.next_id(self.run.id, id)
        row = self.ledger.experiments.get(self.run.id, id)
        assert row is not None and row.commit is not None
        seed = self.ledger.measurements.fresh_seed(self.run.id)
        self.ledger.measurements.begin(
            MeasurementRow(self.run.id, name, id, row.commit, seed, kind, "running", NOON)
        )
        self.ledger.measurements.finish(name, value=value, **fields)  # type: ignore[arg-type]

    def keep(self, title: str, value: float) -> str:
        id = self.start(title)
        self.measure(id, value - 0.01)
        self.measure(id, value + 0.01)
        row = self.ledger.experiments.get(self.run.id, id)
        assert row is not None and row.commit is not None
        self.ledger.experiments.keep(
            self.run.id, id, commit=row.commit, value=value, stderr=0.01, gain=0.1, reason="better"
        )
        return id

    def discard(self, title: str, value: float) -> str:
        id = self.start(title)
        self.measure(id, value)
        self.ledger.experiments.finish(
            self.run.id, id, "discard", "no gain", value=value, stderr=0.01, gain=-0.01
        )
        return id

    def crash(self, title: str, tail: str) -> str:
        id = self.start(title)
        said = {"kind": "exception", "step": "run", "message": tail, "tail": tail}
        self.measure(id, None, crash=said)
        self.ledger.experiments.finish(self.run.id, id, "crash", tail)
        return id

    def ask(self, id: str) -> None:
        self.ledger.steps.begin(self.run.id, id, "reviewer", 1)
        self.ledger.questions.ask(
            self.run.id, id, "reviewer", 1, commit=BASE, decisions=("approve", "reject"),
            may_edit=False, text="Is this worth a run?", most=3,
        )  # fmt: skip


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab that has not run."""
    for name in ("NO_COLOR", "COLORFGBG", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    root = tmp_path / "tiny"
    root.mkdir()
    (root / "task.md").write_text(TASK_FILE)
    (root / "train.py").write_text("print('loss: 1')\n")
    assert load_lab(root)[0] is not None
    return root


@pytest.fixture
def recorded(fresh: Path) -> Iterator[Recorded]:
    """A lab in the middle of a run: something kept, discarded and crashed, one in flight."""
    ticks = iter(range(10_000))
    with Ledger.open(ledger_path(fresh), clock=lambda: NOON + next(ticks)) as ledger:
        yield record(fresh, ledger)


def record(root: Path, ledger: Ledger, task: Mapping[str, Any] = TASK) -> Recorded:
    """Write the beginning of a run."""
    run = ledger.runs.create(baseline_commit=BASE, task=task, options={"experiments": 12})
    ledger.runs.set_state(run.id, "running")
    ledger.incumbents.promote(run.id, commit=BASE, experiment="baseline", value=2.7, stderr=0.01)
    lab = Recorded(root, ledger, run)
    lab.keep("RATE 0.1 -> 0.3", 2.6)
    lab.discard("WIDTH 8 -> 16", 2.65)
    lab.crash(f"a title {EVIL}", f"it broke {EVIL}")
    lab.keep(WIDE, 2.5)
    lab.ask(lab.start("DEPTH 2 -> 3"))
    return lab


Opened = Callable[..., AbstractAsyncContextManager[tuple[WatchApp, Pilot[None], FakeDoors]]]


@pytest.fixture
def opened() -> Opened:
    """The app on a lab, once it has read it."""

    @asynccontextmanager
    async def open_app(
        root: Path, size: tuple[int, int] = (120, 40), **keymap: str
    ) -> AsyncIterator[tuple[WatchApp, Pilot[None], FakeDoors]]:
        doors = FakeDoors()
        source = Source(root, name="tiny", alive=doors.alive, clock=lambda: NOON + 600)
        app = WatchApp(source, doors, keymap={key.replace("_", "."): keymap[key] for key in keymap})
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: app.frame is not None)
            yield app, pilot, doors

    return open_app


async def until(pilot: Pilot[None], so: Callable[[], bool]) -> None:
    """Wait for something to be so; the machine may be slow, and it must be so in the end."""
    for _ in range(600):
        await pilot.pause()
        if so():
            await pilot.pause()
            return
        await pilot.pause(0.05)
    raise AssertionError("it never came to be so")


def text_of(app: WatchApp) -> str:
    """What stands on the screen, as text."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)[
        : (width + 1) * height * 2
    ]
