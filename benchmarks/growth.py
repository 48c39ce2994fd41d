"""Whether an experiment late in a run costs more than an early one.

The solo organization with its brief rendered (the bundled experimenter's), since what is read from
the history would be the first to grow; a 0 s evaluator. Wall times are medians of 50 gaps, so that
a busy moment does not count; CPU times are those of the lab's process.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from orgloop.ledger import Ledger, ledger_path

from .labrun import RUN, LabRun, Sample, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

GOAL = 1.1
_WINDOW = 50
_BRIEFED = "python:benchmarks.minds:BriefedTpe"


def measure(quick: bool) -> list[Row]:
    """Time, memory, disk and brief size at the beginning and at the end of one run."""
    count = 200 if quick else 1000
    with tempfile.TemporaryDirectory(prefix="orgloop-growth-") as folder:
        org = Organization("solo", model=_BRIEFED, briefed=True)
        lab = make_lab(Path(folder, "lab"), org=org)
        run = run_lab(lab, count)
        git = _size(lab / ".git")
        briefs = _briefs(lab)
    gaps = run.gaps(0)
    rows = []
    for first, last in ((0, 600), (100, 1000)) if not quick else ((0, 200),):
        early = median(gaps[max(first, 10) : max(first, 10) + _WINDOW])
        late = median(gaps[last - _WINDOW - 1 : last - 1])
        rows.append(
            Row("growth", f"{first + 1}.. to ..{last}", "time, last 50 / first 50", late, "ms",
                late / early, GOAL, remark=f"first {early:.1f} ms; {run.runs_each:.2f} runs each")
        )  # fmt: skip
    # From the 100th on: until then the window on the history, which is what engines read, fills.
    some = min(100, (count - 100) // 2)
    own = [run.cpu_ms(100, 100 + some)[0], run.cpu_ms(count - some, count)[0]]
    rows.append(
        Row("growth", f"{some} from the 100th, last {some}", "CPU, the lab's process", own[1], "ms",
            own[1] / own[0], GOAL, remark=f"first {own[0]:.1f} ms")
    )  # fmt: skip
    early_sample, late_sample = _at(run, 100), _at(run, count)
    rows.append(
        Row("growth", f"100 and {count}", "memory of the process", late_sample.rss / 1e6, "MB",
            late_sample.rss / early_sample.rss, GOAL, remark=f"{early_sample.rss / 1e6:.0f} MB")
    )  # fmt: skip
    rows.append(
        Row("growth", f"at {count}", "ledger", late_sample.ledger_bytes / 1e6, "MB",
            remark=f"{late_sample.ledger_bytes / count / 1000:.1f} kB an experiment, WAL included")
    )  # fmt: skip
    rows.append(
        Row("growth", f"at {count}", ".git", git / 1e6, "MB",
            remark=f"{git / count / 1000:.1f} kB an experiment")
    )  # fmt: skip
    rows.append(
        Row("growth", f"50 and {count}", "brief", briefs[-1], "chars",
            briefs[-1] / briefs[49], GOAL, remark=f"at the 50th {briefs[49]:.0f}")
    )  # fmt: skip
    return rows


def _at(run: LabRun, count: int) -> Sample:
    """The last look at the process before ``count`` experiments had finished."""
    seen = [sample for sample in run.samples if sample.finished <= count and sample.rss]
    return seen[-1]


def _size(folder: Path) -> int:
    """Bytes on disk: a loose object takes whole blocks."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


def _briefs(lab: Path) -> list[float]:
    """Characters of each brief, in the order of the experiments."""
    with Ledger.read_only(ledger_path(lab)) as ledger:
        found = [
            ledger.steps.get(RUN, row.id, "worker", 1)
            for row in sorted(ledger.experiments.finished(RUN), key=lambda row: row.number)
        ]
    sizes = [step.data.get("brief") for step in found if step is not None]
    return [float(size) for size in sizes if isinstance(size, (int, float))]
