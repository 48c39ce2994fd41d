"""The incumbent's value on record follows what the run learns after it was kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.graph.lineage import Lineage
from orgloop.ledger import Ledger
from orgloop.referee import Case, referee_for

from .conftest import SOLO, TinyLab

Make = Callable[..., TinyLab]

NOISY = """\
import random, sys
A = 0.0
B = 0.0
print(f"score: {A + B + random.Random(int(sys.argv[2]) + int(1000 * (A + 7 * B))).gauss(0, 0.2)}")
"""
UP_THEN_DOWN = """
def worker(request):
    if number(request) <= 2:
        return Line(edits=put(request, A=2.0 * number(request)))
    return Line(edits=put(request, B=-3.0 * number(request)))

engine = Scripted({"worker": worker})
"""
SIGNIFICANT = SOLO.replace("accept: greedy", "accept: significant")


def test_the_incumbent_is_revised_by_what_it_beats_and_the_keep_stays_as_it_was(
    tiny: Make,
) -> None:
    lab = tiny(UP_THEN_DOWN, charter=SIGNIFICANT, program=NOISY)
    summary = lab.run(experiments=6)
    assert summary.kept >= 2
    assert summary.best is not None
    assert summary.best_stderr is not None
    kept = next(row for row in lab.experiments() if row.id == summary.best_experiment)
    assert kept.value != summary.best
    assert kept.value == pytest.approx(summary.best, abs=0.5)
    with Ledger.read_only(lab.root / ".orgloop" / "lab.db") as ledger:
        current = ledger.incumbents.current("r1")
        assert current is not None
        reigns = Lineage(ledger, "r1", lambda row: row.seed).until(current)
    asked = Case("maximize", (), reigns[-1].samples, lineage=reigns)
    afresh = referee_for("significant").standing(asked)
    assert afresh is not None
    assert (afresh.value, afresh.stderr) == (
        pytest.approx(summary.best),
        pytest.approx(summary.best_stderr),
    )


def test_the_baseline_stays_the_mean_of_its_measurements(tiny: Make) -> None:
    downhill = UP_THEN_DOWN.replace("number(request) <= 2", "False")
    lab = tiny(downhill, charter=SIGNIFICANT, program=NOISY)
    summary = lab.run(experiments=3)
    assert summary.best_experiment is None
    with lab.ledger() as ledger:
        values = ledger.measurements.values("r1", "baseline")
    assert summary.best == pytest.approx(sum(values) / len(values))
