"""Runs `orgloop run` on a lab as a process of its own, watches it, and reads its ledger."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from orgloop.errors import LedgerError
from orgloop.ledger import BASELINE, ExperimentRow, Ledger, MeasurementRow, ledger_path

_PR_SET_CHILD_SUBREAPER = 36
_TOP = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
RUN = "r1"
ORGLOOP = (sys.executable, "-c", "from orgloop.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Sample:
    """The run at one moment, seen from outside."""

    finished: int
    """Experiments."""
    lab_cpu_s: float
    """The lab's process."""
    all_cpu_s: float
    """With its supervisors and whatever they and the lab have waited for."""
    rss: int
    ledger_bytes: int
    open_files: int = 0
    threads: int = 0


@dataclass(frozen=True)
class LabRun:
    """A run that has ended. Times are Unix seconds."""

    lab: Path
    began: float
    """When the process was started."""
    experiments: list[ExperimentRow]
    """In the order in which they finished."""
    measurements: list[MeasurementRow]
    """Those of experiments, as they finished; the baseline's are in ``baseline``."""
    baseline: list[MeasurementRow]
    samples: list[Sample]
    wall_s: float
    cpu_s: float
    """Of everything that was started, from start to end."""

    def gaps(self, skip: int = 5) -> list[float]:
        """Milliseconds between the ends of consecutive experiments, the first ``skip`` left out."""
        ends = sorted(row.finished for row in self.experiments[skip:] if row.finished)
        return [(after - before) * 1000 for before, after in pairwise(ends)]

    def ms(self, skip: int = 5) -> float:
        """Mean milliseconds an experiment, the first ``skip`` left out."""
        gaps = self.gaps(skip)
        return sum(gaps) / len(gaps)

    def cpu_ms(self, first: int = 5, last: int | None = None) -> tuple[float, float]:
        """CPU milliseconds an experiment, of the lab's process and of all, between two counts."""
        span = [
            sample
            for sample in self.samples
            if first <= sample.finished <= (len(self.experiments) if last is None else last)
        ]
        if len(span) < 2 or span[-1].finished == span[0].finished:
            return float("nan"), float("nan")
        count = span[-1].finished - span[0].finished
        return (
            1000 * (span[-1].lab_cpu_s - span[0].lab_cpu_s) / count,
            1000 * (span[-1].all_cpu_s - span[0].all_cpu_s) / count,
        )

    @property
    def runs_each(self) -> float:
        """Bench runs for each experiment."""
        return len(self.measurements) / len(self.experiments)


def run_lab(
    lab: Path,
    experiments: int,
    *,
    every: float = 0.25,
    look: Callable[[int], object] | None = None,
) -> LabRun:
    """Run ``experiments`` on a fresh lab, looking at the process ``every`` so many seconds.

    ``look`` is called each time with the number that has finished, for whatever else is looked at.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, started, began = _children_cpu(), time.perf_counter(), time.time()
    environment = {name: v for name, v in os.environ.items() if name != "ORGLOOP_MODEL"}
    paths = (str(_TOP), os.environ.get("PYTHONPATH", ""))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    samples: list[Sample] = []
    with (lab.with_suffix(".out")).open("wb") as out:
        process = subprocess.Popen(
            [*ORGLOOP, "run", str(lab), "--experiments", str(experiments), "--json"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
        with _Counter(lab) as counter:
            while process.poll() is None:
                with contextlib.suppress(OSError, IndexError):
                    samples.append(_sample(process.pid, counter))
                    if look is not None:
                        look(samples[-1].finished)
                time.sleep(every)
    wall = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"orgloop run failed:\n{lab.with_suffix('.out').read_text()[-3000:]}")
    _wait_for_orphans()
    with Ledger.read_only(ledger_path(lab)) as ledger:
        rows = ledger.experiments.finished(RUN)
        measured = [
            row for experiment in rows for row in ledger.measurements.of(RUN, experiment.id)
        ]
        baseline = ledger.measurements.of(RUN, BASELINE)
    return LabRun(
        lab=lab, began=began, experiments=rows,
        measurements=sorted(measured, key=lambda row: row.finished or 0.0),
        baseline=baseline, samples=samples, wall_s=wall, cpu_s=_children_cpu() - before,
    )  # fmt: skip


class _Counter:
    """Counts a running lab's finished experiments."""

    def __init__(self, lab: Path) -> None:
        self._path = ledger_path(lab)
        self._ledger: Ledger | None = None

    def __enter__(self) -> _Counter:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._ledger is not None:
            self._ledger.close()

    def finished(self) -> int:
        """So far; 0 before there is a ledger."""
        with contextlib.suppress(LedgerError):
            self._ledger = self._ledger or Ledger.read_only(self._path)
            return self._ledger.runs.counts(RUN).finished
        return 0

    def size(self) -> int:
        """Bytes of the ledger, its log not yet written back included."""
        paths = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return sum(path.stat().st_size for path in paths if path.exists())


def _sample(pid: int, counter: _Counter) -> Sample:
    finished = counter.finished()
    own = _times(pid)
    below = [_times(child) for child in _children(pid)]
    return Sample(
        finished=finished,
        lab_cpu_s=sum(own[:2]),
        all_cpu_s=sum(own) + sum(sum(times) for times in below),
        rss=int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE,
        ledger_bytes=counter.size(),
        open_files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        threads=len(list(Path(f"/proc/{pid}/task").iterdir())),
    )


def _times(pid: int) -> tuple[float, ...]:
    """User and system seconds of a process, then those of what it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return tuple(int(field) / _TICKS for field in fields[11:15])


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_orphans() -> None:
    """Supervisors outlive the lab by design, and are ours once it has ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
