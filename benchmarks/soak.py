"""What a long run leaves behind: 5,000 experiments, and nothing that should not grow grows.

The solo organization with the bundled experimenter's brief, a 0 s evaluator, one at a time. What
must stay level (memory, open files, threads, worktrees, job records, logs, loose objects and refs)
is looked at from a fifth of the run on, when every window on the history is full; what is kept for
good (the ledger, `.git`, case files) is given for each experiment.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .labrun import LabRun, Sample, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

GOAL = 1.1
_PERIOD = 5.0
"""Seconds between two looks at the files."""
_BRIEFED = "python:benchmarks.minds:BriefedTpe"


@dataclass(frozen=True, slots=True)
class Litter:
    """What lies about when ``finished`` experiments are over."""

    finished: int
    loose: int
    """Git's loose objects."""
    packs: int
    refs: int
    """Loose refs."""
    git_bytes: int
    worktrees: int
    jobs: int
    logs: int
    scratch: int
    checkpoint_bytes: int


def measure(quick: bool) -> list[Row]:
    """Run it once; the rows."""
    count = 300 if quick else 5000
    seen: list[Litter] = []
    with tempfile.TemporaryDirectory(prefix="orgloop-soak-") as folder:
        org = Organization("solo", model=_BRIEFED, briefed=True)
        lab = make_lab(Path(folder, "lab"), org=org)
        run = run_lab(lab, count, every=0.5, look=_looker(lab, seen))
        seen.append(_litter(lab, count))
        cases = _bytes(lab / ".orgloop" / "cases")
    return [*_level(run, seen, count), *_kept(run, seen, count, cases)]


def _looker(lab: Path, seen: list[Litter]) -> Callable[[int], None]:
    due = 0.0

    def look(finished: int) -> None:
        nonlocal due
        if time.monotonic() >= due:
            seen.append(_litter(lab, finished))
            print(f"soak: {seen[-1]}", file=sys.stderr, flush=True)
            due = time.monotonic() + _PERIOD

    return look


def _litter(lab: Path, finished: int) -> Litter:
    git, home = lab / ".git", lab / ".orgloop"
    return Litter(
        finished=finished,
        loose=len(list(git.glob("objects/??/*"))),
        packs=len(list(git.glob("objects/pack/*.pack"))),
        refs=sum(path.is_file() for path in (git / "refs").rglob("*")),
        git_bytes=_bytes(git),
        worktrees=len(list(home.glob("worktrees/*/"))),
        jobs=len(list(home.glob("jobs/*/"))),
        logs=len(list(home.glob("logs/*/*"))),
        scratch=len(list(home.glob("scratch/*"))) + len(list(home.glob("trash/*"))),
        checkpoint_bytes=sum(path.stat().st_size for path in home.glob("walks.db*")),
    )


def _bytes(folder: Path) -> int:
    """Bytes on disk: a small file takes a whole block."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except OSError:
            continue  # gone meanwhile
    return total


def _level(run: LabRun, seen: list[Litter], count: int) -> list[Row]:
    first = count // 5
    early, late = _around(run, first), _around(run, count - 5)  # later it is closing down
    case = f"{first} and {count}"
    rows = [
        Row("soak", case, "memory of the process", late.rss / 1e6, "MB", late.rss / early.rss,
            GOAL, remark=f"{early.rss / 1e6:.0f} MB"),
        Row("soak", case, "open files", late.open_files, "", late.open_files / early.open_files,
            GOAL, remark=f"{early.open_files}"),
        Row("soak", case, "threads", late.threads, "", late.threads / early.threads, GOAL,
            remark=f"{early.threads}"),
    ]  # fmt: skip
    some = max(20, count // 25)
    cpu = [run.cpu_ms(first, first + some)[0], run.cpu_ms(count - some, count)[0]]
    gaps = run.gaps(0)
    wall = [median(gaps[first : first + some]), median(gaps[-some:])]
    rows += [
        Row("soak", case, "CPU, the lab's process", cpu[1], "ms", cpu[1] / cpu[0], GOAL,
            remark=f"{cpu[0]:.1f} ms an experiment"),
        Row("soak", case, "time", wall[1], "ms", wall[1] / wall[0], GOAL,
            remark=f"{wall[0]:.1f} ms an experiment"),
    ]  # fmt: skip
    settled = [litter for litter in seen if litter.finished >= first] or seen
    for name, what, most in (
        ("loose", "loose objects", 8000),
        ("packs", "packs", 50),
        ("refs", "loose refs", 1500),
        ("worktrees", "worktrees", 4),
        ("jobs", "job records", 50),
        ("logs", "logs", 650),
        ("scratch", "scratch and trash", 20),
        ("checkpoint_bytes", "checkpoints", 20_000_000),
    ):
        worst = max(int(getattr(litter, name)) for litter in settled)
        rows.append(Row("soak", f"to {count}", f"{what}, at most", worst, goal=most))
    return rows


def _kept(run: LabRun, seen: list[Litter], count: int, cases: int) -> list[Row]:
    ledger = _around(run, count).ledger_bytes
    git = seen[-1].git_bytes
    return [
        Row("soak", f"at {count}", what, size / 1e6, "MB",
            remark=f"{size / count / 1000:.1f} kB an experiment{more}")
        for what, size, more in (
            ("ledger", ledger, ", WAL included"),
            (".git", git, ""),
            ("case files", cases, ""),
        )
    ]  # fmt: skip


def _around(run: LabRun, count: int) -> Sample:
    """The last look at the process before ``count`` experiments had finished."""
    return [sample for sample in run.samples if sample.finished <= count and sample.rss][-1]
