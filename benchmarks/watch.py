"""The interface on a long history: how soon it is there, how fast it answers, what it holds.

The ledger has 10,000 experiments and 100,000 events, written by the ledger's own code. The
interface runs in a pseudo-terminal of 120 by 40, and what counts is when its bytes arrive there:
the first frame against an empty Textual program in the same run, and a key while another process
writes 50 events a second. The run beside it is a real one whose evaluations cost nothing, in
stretches with the interface and without it in turn, since the machine may have other work.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger, ledger_path
from orgloop_tui.theme import DARK, Palette

from .history import RUN, write
from .labrun import ORGLOOP, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab
from .terminal import Terminal

RATE = 50.0
"""Events a second that the other process writes."""
FIRST_S, KEY_MS, GROWTH, BESIDE = 1.0, 50.0, 1.1, 0.97
_MARK = "here-it-is"
_BARE = f"""
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static({_MARK!r})
Bare().run()
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    experiments: int = 10_000
    starts: int = 7
    settle_s: float = 20.0
    """Before the first look at memory."""
    watched_s: float = 240.0
    """With events coming in."""
    blocks: int = 6
    """Of four stretches: without, with, with, without the interface."""
    stretch_s: float = 10.0


QUICK = Size(experiments=1000, starts=3, settle_s=5.0, watched_s=20.0, blocks=1, stretch_s=5.0)


def measure(quick: bool) -> list[Row]:
    """Write the ledger, and measure all four."""
    size = QUICK if quick else Size()
    with tempfile.TemporaryDirectory(prefix="orgloop-watch-") as folder:
        lab = make_lab(Path(folder, "lab"), org=Organization("classic"))
        run_lab(lab, 4)
        began = time.perf_counter()
        events = write(lab, size.experiments)
        took = time.perf_counter() - began
        print(f"watch: {events:,} events written in {took:.0f} s", file=sys.stderr, flush=True)
        case = f"{size.experiments:,} experiments"
        return [
            *_first_frames(lab, size, case),
            *_keys_and_memory(lab, size, case),
            *_beside(Path(folder), size),
        ]


def _first_frames(lab: Path, size: Size, case: str) -> list[Row]:
    shown = re.compile(rf"({size.experiments:,}) experiments".encode())
    bare, own = [], []
    for turn in range(size.starts + 1):
        times = [
            _opens([sys.executable, "-c", _BARE], re.compile(f"({_MARK})".encode())),
            _opens([*ORGLOOP, "watch", str(lab)], shown),
        ]
        if turn:  # the first one fills caches
            bare.append(times[0])
            own.append(times[1])
    pairs = list(zip(own, bare, strict=True))
    wall = [one[0] - other[0] for one, other in pairs]
    cpu = [one[1] - other[1] for one, other in pairs]
    return [
        Row("watch", "empty Textual app", "to its first frame", median(wall for wall, _ in bare),
            "s", remark=f"CPU {median(cpu for _, cpu in bare):.2f} s"),
        Row("watch", case, "to the first frame", median(wall for wall, _ in own), "s",
            remark=f"CPU {median(cpu for _, cpu in own):.2f} s, {size.starts} starts"),
        Row("watch", case, "beyond Textual's own", median(wall), "s", goal=FIRST_S,
            remark=f"{min(wall):.2f} to {max(wall):.2f} s; CPU {median(cpu):.2f} s"),
    ]  # fmt: skip


def _opens(command: list[str], mark: re.Pattern[bytes]) -> tuple[float, float]:
    """Wall and CPU seconds until ``mark`` has arrived."""
    with closing(Terminal(command)) as terminal:
        return terminal.wait_for(mark)[0] - terminal.started, terminal.cpu_s()


def _keys_and_memory(lab: Path, size: Size, case: str) -> list[Row]:
    seconds = size.settle_s + size.watched_s + 60
    with _writer(lab, seconds), closing(Terminal([*ORGLOOP, "watch", str(lab)])) as terminal:
        keys = _Keys(terminal)
        before, began = _newest(lab), time.monotonic()
        keys.press_for(size.settle_s)
        first, cpu = terminal.rss(), terminal.cpu_s()
        seen = keys.press_for(size.watched_s)
        cpu = (terminal.cpu_s() - cpu) / size.watched_s
        rate = (_newest(lab) - before) / (time.monotonic() - began)
    half, most = median(seen.ms), quantiles(seen.ms, n=20)[-1]
    last = median(seen.rss[-5:])
    under = f"{len(seen.ms)} keys, {rate:.0f} events a second"
    return [
        Row("watch", case, "a key answered, median", half, "ms", goal=KEY_MS, remark=under),
        Row("watch", case, "95th percentile", most, "ms"),
        Row("watch", case, "CPU of the interface", 100 * cpu, "%",
            remark="of one core, keys and all"),
        Row("watch", f"{size.watched_s:.0f} s of events", "memory", last / 1e6, "MB", last / first,
            GROWTH, remark=f"first {first / 1e6:.1f} MB, at most {max(seen.rss) / 1e6:.1f}"),
    ]  # fmt: skip


@dataclass
class _Seen:
    ms: list[float] = field(default_factory=list)
    """From each key to the screen that answers it."""
    rss: list[int] = field(default_factory=list)
    """Bytes."""


class _Keys:
    """Moves the cursor of the table, and waits each time until it stands on another line."""

    def __init__(self, terminal: Terminal) -> None:
        ground = Palette(DARK)["cursor"].bgcolor
        assert ground is not None and ground.triplet is not None
        colour = ";".join(map(str, ground.triplet))
        self._cursor = re.compile(rf"48;2;{colour}m(e\d{{4,}})".encode())
        self._terminal = terminal
        _, self._here = terminal.wait_for(self._cursor)
        self._chance = random.Random(7)
        self._turn = 0

    def press_for(self, seconds: float) -> _Seen:
        """Ten lines down, ten lines up, and so on."""
        seen, until = _Seen(), time.monotonic() + seconds
        while time.monotonic() < until:
            # Where it was painted last: on a busy machine that may have come after the answer.
            self._here = self._terminal.last(self._cursor) or self._here
            pressed = self._terminal.press("j" if self._turn % 20 < 10 else "k")
            self._turn += 1
            at, self._here = self._terminal.wait_for(self._cursor, other_than=self._here)
            seen.ms.append(1000 * (at - pressed))
            seen.rss.append(self._terminal.rss())
            time.sleep(self._chance.uniform(0.05, 0.25))
        return seen


@contextmanager
def _writer(lab: Path, seconds: float) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.history", str(lab), str(RATE), str(seconds)],
        cwd=Path(__file__).resolve().parents[1],
    )
    try:
        yield
        if process.poll() is not None:
            raise SystemExit("The process that writes events ended too early.")
    finally:
        process.kill()
        process.wait()


def _newest(lab: Path) -> int:
    with Ledger.read_only(ledger_path(lab)) as ledger:
        return ledger.tail.newest()


def _beside(folder: Path, size: Size) -> list[Row]:
    lab = make_lab(folder / "beside", org=Organization("classic"))
    process = subprocess.Popen(
        [*ORGLOOP, "run", str(lab), "--experiments", "1000000"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    rates: dict[bool, list[float]] = {False: [], True: []}
    cpu = []
    try:
        while _finished(lab) < 20:
            if process.poll() is not None:
                raise SystemExit("The run beside the interface ended by itself.")
            time.sleep(0.1)
        for _ in range(size.blocks):
            rates[False].append(_rate(lab, size.stretch_s))
            with closing(Terminal([*ORGLOOP, "watch", str(lab)])) as terminal:
                terminal.wait_for(re.compile(rb"([\d,]+) experiments"))
                time.sleep(1.0)
                used, began = terminal.cpu_s(), time.monotonic()
                rates[True] += [_rate(lab, size.stretch_s) for _ in range(2)]
                cpu.append((terminal.cpu_s() - used) / (time.monotonic() - began))
            rates[False].append(_rate(lab, size.stretch_s))
    finally:
        process.terminate()
        process.wait()
    blocks = [
        sum(rates[True][at : at + 2]) / sum(rates[False][at : at + 2])
        for at in range(0, 2 * size.blocks, 2)
    ]
    case = f"{4 * size.blocks} stretches of {size.stretch_s:.0f} s"
    without, beside = (60 * median(rates[key]) for key in (False, True))
    return [
        Row("watch", case, "a run without it", without, "exp/min"),
        Row("watch", case, "and with it", beside, "exp/min", median(blocks), BESIDE,
            at_least=True, remark=f"{min(blocks):.3f} to {max(blocks):.3f} by blocks of four"),
        Row("watch", case, "CPU of the interface", 100 * median(cpu), "%", remark="of one core"),
    ]  # fmt: skip


def _rate(lab: Path, seconds: float) -> float:
    """Experiments a second."""
    began, before = time.monotonic(), _finished(lab)
    time.sleep(seconds)
    return (_finished(lab) - before) / (time.monotonic() - began)


def _finished(lab: Path) -> int:
    try:
        with Ledger.read_only(ledger_path(lab)) as ledger:
            return ledger.runs.counts(RUN).finished
    except LedgerError:
        return 0  # not made yet
