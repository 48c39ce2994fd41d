from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from orgloop.ledger import Ledger


def test_a_writer_killed_at_random_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    with Ledger.open(path) as ledger:
        ledger.runs.create(baseline_commit="b", task={})
        ledger.incumbents.promote("r1", commit="b", experiment="baseline", value=2.7, stderr=None)
    writer = Path(__file__).with_name("killed_writer.py")
    done = subprocess.run(
        [sys.executable, str(writer), str(path), "20", "1"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = [line for line in done.stdout.split() if line != "."]

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with Ledger.open(path) as ledger:
        finished = ledger.experiments.finished("r1")
        ids = [row.id for row in finished]
        assert len(told) == len(set(told)) > 20
        assert set(told) <= set(ids)
        assert len(ids) == len(set(ids))
        assert [row.ordinal for row in finished] == list(range(1, len(finished) + 1))

        counts = ledger.runs.counts("r1")
        running = ledger.experiments.running("r1")
        assert counts.finished == len(finished)
        assert counts.started == len(finished) + len(running)
        assert counts.kept == sum(row.status == "keep" for row in finished)
        assert counts.discarded == sum(row.status == "discard" for row in finished)
        everything = [*finished, *running]
        assert counts.tokens == sum(row.tokens for row in everything)
        measured = [row for one in everything for row in ledger.measurements.of("r1", one.id)]
        assert counts.measurements == sum(row.status == "ok" for row in measured)
        assert counts.bench_busy_s == counts.measurements

        moved = [row.experiment for row in ledger.incumbents.all("r1")[1:]]
        assert moved == [row.id for row in finished if row.status == "keep"]
        ends = [
            event for event in ledger.tail.after(0, 100_000) if event.kind.endswith("t_finished")
        ]
        seen = [event.experiment for event in ends if event.kind == "experiment_finished"]
        assert seen == ids
