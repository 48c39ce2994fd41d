"""Ties that go to less code, through a whole lab."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import SOLO, TinyLab

Make = Callable[..., TinyLab]

IDLE = """\
A = 1.0
B = 0.0
IDLE = [B, B + 0.0]
print(f"score: {A + B}")
"""
SHORTER = """
def worker(request):
    text = request.files.read("program.py").decode()
    if number(request) == 1:
        return Line(edits={"program.py": text.replace("IDLE = [B, B + 0.0]\\n", "").encode()})
    if number(request) == 2:
        return Line(edits={"program.py": text.replace("A = 1.0", "A = 1.5").encode()})
    return Line(edits={"program.py": (text + "C = [A, B, A]\\n").encode()})

engine = Scripted({"worker": worker})
"""
SIMPLER = SOLO.replace("accept: greedy", "accept: significant\nties: simpler")


def test_what_does_as_well_with_less_code_is_kept_and_counted_apart(tiny: Make) -> None:
    lab = tiny(SHORTER, charter=SIMPLER, program=IDLE)
    summary = lab.run(experiments=3)
    assert (summary.kept, summary.simplified, summary.conceded) == (2, 1, 0.0)
    first, second, third = lab.experiments()
    assert (first.status, second.status, third.status) == ("keep", "keep", "discard")
    assert first.conceded == 0.0
    assert "from less code: kept for that" in first.reason
    assert first.verdict["call"] == "simpler"
    assert second.conceded is None
    assert second.base == first.commit


def test_it_is_a_discard_where_the_charter_does_not_say_so(tiny: Make) -> None:
    lab = tiny(SHORTER, charter=SIMPLER.replace("ties: simpler\n", ""), program=IDLE)
    summary = lab.run(experiments=1)
    assert (summary.kept, summary.simplified) == (0, 0)


def test_a_resumed_run_still_knows_what_it_conceded(tiny: Make) -> None:
    lab = tiny(SHORTER, charter=SIMPLER, program=IDLE)
    lab.run(experiments=1)
    summary = lab.run(experiments=3)
    assert (summary.kept, summary.simplified, summary.discarded) == (2, 1, 1)
