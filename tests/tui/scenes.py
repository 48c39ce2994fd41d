"""Every screen of the interface in every state worth a look, on labs that are always the same."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from textual.app import ScreenStackError
from textual.pilot import Pilot

from orgloop.ledger import Ledger, ProblemRow, StepRow, ledger_path
from orgloop.org import bundled_root
from orgloop_tui.app import WatchApp
from orgloop_tui.model.source import Source

from .conftest import BASE, NOON, TASK, FakeDoors, Recorded, record, text_of

LONG = "a-name-of-eighty-characters-which-nobody-should-give-and-somebody-will-at-length"
_PAUSES = 0.05


@dataclass
class SceneDoors(FakeDoors):
    """Has the files of two generations."""

    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def generation(self, commit: str) -> Mapping[str, bytes]:
        return self.files.get(commit) or super().generation(commit)

    def save(self, path: str, content: bytes) -> str:
        return f"Saved {path}."

    def back(self, run: str, generation: int) -> str:
        self.asked.append(("back", run, generation))
        return f"Back to {generation}."


@dataclass(frozen=True)
class Scene:
    """What to press, and what is on the screen then."""

    name: str
    says: str
    """Must be there before it is looked at."""
    lab: Callable[[Path], SceneDoors]
    steps: Sequence[tuple[str, Sequence[str]]] = ()
    """Each: what to wait for, and the keys to press then."""
    slow: bool = True


def fresh(root: Path) -> SceneDoors:
    """A lab that has not run."""
    return SceneDoors()


def running(root: Path) -> SceneDoors:
    """In the middle of a run."""
    with Ledger.open(ledger_path(root), clock=_ticking()) as ledger:
        lab = record(root, ledger)
        _note(
            lab, "e0001", "experimenter", "# RATE 0.1 -> 0.3\n\nThe loss still *falls* at the end."
        )
        _note(
            lab,
            "e0001",
            "critic",
            "Better on both seeds.\n\n- kept\n- nothing else changed",
            "keep",
        )
        for node, title in (("bench", "DROPOUT 0 -> 0.1"), ("experimenter", "BATCH 64 -> 128")):
            ledger.steps.begin(lab.run.id, lab.start(title), node, 1)
    return SceneDoors()


def troubled(root: Path) -> SceneDoors:
    """A run whose files do not check."""
    doors = running(root)
    with Ledger.open(ledger_path(root), clock=_ticking(500)) as ledger:
        ledger.problems.replace("r1", [
            ProblemRow("org/charter.md", "`reviewr` is no role.", 12,
                       hint="Roles are critic, experimenter, pi, reviewer."),
            ProblemRow("roles/meta.md", "Nobody employs this role.", severity="warning",
                       hint="Name it in the chart, or give it a cadence."),
        ])  # fmt: skip
    return doors


def interrupted(root: Path) -> SceneDoors:
    """A run whose process is gone."""
    running(root)
    return _Gone()


class _Gone(SceneDoors):
    def alive(self) -> bool:
        return False


def older(root: Path) -> SceneDoors:
    """A ledger that an older Orgloop wrote, and nobody has brought up to date."""
    running(root)
    connection = sqlite3.connect(ledger_path(root))
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    return SceneDoors()


def long_names(root: Path) -> SceneDoors:
    """Names of eighty characters, and titles without a blank."""
    with Ledger.open(ledger_path(root), clock=_ticking()) as ledger:
        lab = record(root, ledger, task={**TASK, "name": LONG, "metric": LONG})
        ledger.steps.begin(lab.run.id, lab.start(LONG * 2), LONG, 1)
        lab.crash(LONG * 2, LONG * 2)
    return SceneDoors()


def amended(root: Path) -> SceneDoors:
    """A run with generations: a person's, one kept, one on probation, and one refused."""
    charter = (bundled_root() / "org" / "charter.md").read_bytes()
    first = {"org/charter.md": charter}
    second = {"org/charter.md": charter.replace(b"accept: significant", b"accept: greedy")}
    with Ledger.open(ledger_path(root), clock=_ticking()) as ledger:
        run = record(root, ledger).run.id
        for number, (author, reason) in enumerate(
            (("a person", "the organization as the run found it"),
             ("meta", "Let the critic see the three best experiments before it decides."),
             ("meta", "One more round between experimenter and reviewer.")), 1
        ):  # fmt: skip
            ledger.generations.add(
                run, tree=f"{number:040x}", commit=f"{number:040x}", author=author, reason=reason
            )
        for title in ("See the three best", "One more round", "No reviewer at all"):
            ledger.amendments.propose(run, "meta", 1, title, {"org/charter.md": charter})
        one, two, three = ledger.amendments.all(run)
        ledger.amendments.begin(one, generation=2, against=1, after=3)
        ledger.amendments.decide(one, "kept", "Better with probability 0.97.")
        ledger.amendments.begin(two, generation=3, against=2, after=5)
        ledger.amendments.look(two, 0.62)
        ledger.amendments.decide(three, "refused", "Without a reviewer nobody reads the change.")
    return SceneDoors(files={f"{at:040x}": second if at > 1 else first for at in (1, 2, 3)})


def two_runs(root: Path) -> SceneDoors:
    """A run that has ended, and another that goes on."""
    with Ledger.open(ledger_path(root), clock=_ticking()) as ledger:
        before = record(root, ledger)
        ledger.runs.set_state(before.run.id, "finished", "The budget of experiments is used up.")
        run = ledger.runs.create(baseline_commit=BASE, task=TASK, options={"experiments": 24})
        ledger.incumbents.promote(
            run.id, commit=BASE, experiment="baseline", value=2.72, stderr=0.01
        )
        lab = Recorded(root, ledger, run)
        for at in range(12):
            if at % 5 == 1:
                lab.keep(f"WIDTH {at}", 2.7 - at / 40)
            else:
                lab.discard(f"DEPTH {at}", 2.7 + at / 90)
    return SceneDoors()


def _note(lab: Recorded, id: str, node: str, note: str, decision: str | None = None) -> None:
    lab.ledger.steps.finish(
        StepRow(lab.run.id, id, node, 1, NOON, NOON + 3, decision, note, "embedded: tpe")
    )


def _ticking(first: int = 0) -> Callable[[], float]:
    ticks = iter(range(first, 10_000))
    return lambda: NOON + next(ticks)


_TYPED = [*"accept: sometimes", "enter"]
SCENES = (
    Scene("no-run", "No experiments yet", fresh, slow=False),
    Scene("floor", "e0007", running, slow=False),
    Scene("problems", "Nobody employs", troubled),
    Scene("interrupted", "is gone", interrupted),
    Scene("older-ledger", "older Orgloop", older),
    Scene("long-names", "e0007", long_names),
    Scene("help", "Pause or resume", running, [("e0007", ["question_mark"])]),
    Scene("palette", "Search for commands", running, [("e0007", ["ctrl+p"])]),
    Scene("tell", "told", running, [("e0007", ["t", *"pi: less"])]),
    Scene("answer", "Is this worth a run?", running, [("e0007", ["a"])]),
    Scene("stop", "Stop the run?", running, [("e0007", ["x"])]),
    Scene("filter", "match", running, [("e0007", ["slash", *"rate"])]),
    Scene("filter-none", "Nothing matches", running, [("e0007", ["slash", *"zebra"])]),
    Scene("experiment-case", "still falls", running, [("e0007", ["G", "enter"])], slow=False),
    Scene("experiment-diff", "+RATE", running, [("e0007", ["G", "enter"]), ("falls", ["2"])]),
    Scene("experiment-log", "No output", running, [("e0007", ["G", "enter"]), ("falls", ["3"])]),
    Scene("experiment-measured", "on the record", running,
          [("e0007", ["G", "enter"]), ("falls", ["4"])]),
    Scene("experiment-crashed", "it broke", running,
          [("e0007", ["G", "k", "k", "enter"]), ("it broke", ["4"])]),
    Scene("experiment-running", "DEPTH", running, [("e0007", ["g", "j", "j", "enter"])]),
    Scene("organization", "principal", running, [("e0007", ["o"])], slow=False),
    Scene("organization-problems", "sometimes", running,
          [("e0007", ["o"]), ("principal", ["enter", "down", *_TYPED])]),
    Scene("organization-save", "Save all the same", running,
          [("e0007", ["o"]), ("principal", ["enter", "down", *_TYPED]), ("error", ["ctrl+s"])]),
    Scene("organization-new", "Go back", running,
          [("e0007", ["o"]), ("principal", ["ctrl+n"])]),
    Scene("organization-drop", "Drop your edits", running,
          [("e0007", ["o"]), ("principal", ["enter", "x"]), ("not saved", ["ctrl+r"])]),
    Scene("generations", "Changes from generation", amended,
          [("e0005", ["v"]), ("on probation", ["down"])]),
    Scene("generations-refused", "nobody reads", amended,
          [("e0005", ["v"]), ("on probation", ["G"])]),
    Scene("generations-none", "makes the first", fresh, [("No experiments yet", ["v"])]),
    Scene("runs", "2 runs", two_runs, [("e0012", ["R"])]),
    Scene("runs-compared", "leads by", two_runs, [("e0012", ["R"]), ("2 runs", ["c", "j"])]),
    Scene("quit", "Quit without saving", running,
          [("e0007", ["o"]), ("principal", ["enter", "x"]), ("not saved", ["ctrl+q"])]),
)  # fmt: skip
"""All of them. Those that are not slow are looked at with every change."""


def app_for(scene: Scene, root: Path) -> WatchApp:
    """The app on the scene's lab, which is made in ``root``.

    A relative path is what is on the screen the same everywhere.
    """
    doors = scene.lab(root)
    source = Source(root, name="tiny", alive=doors.alive, generation=doors.generation,
                    clock=lambda: NOON + 600)  # fmt: skip
    return WatchApp(source, doors)


async def play(scene: Scene, app: WatchApp, pilot: Pilot[None]) -> None:
    """Press the scene's keys."""
    for says, keys in scene.steps:
        await shows(pilot, app, says)
        await pilot.press(*keys)
    await shows(pilot, app, scene.says)


async def shows(pilot: Pilot[None], app: WatchApp, says: str) -> str:
    """Wait until it is on the screen, and nothing moves any more; what is there then."""
    before = ""
    async with asyncio.timeout(60):
        while True:
            await pilot.pause(_PAUSES)
            with suppress(ScreenStackError):
                now = text_of(app)
                if says in now and now == before:
                    return now
                before = now
