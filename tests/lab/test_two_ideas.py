"""Two good ideas at once: each is measured on top of the other before it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from .conftest import SOLO, TASK, TinyLab, git

Make = Callable[..., TinyLab]

TWO = {
    "task": TASK.replace("slots: 1", "slots: 2"),
    "charter": SOLO.replace("lookahead: 0\n", ""),
    "program": """\
import sys, time
A = 0.0


# room between the two lines, so that git can merge them


B = 0.0
time.sleep(0.4)
print(f"score: {A + B - (A * B > 0) * CANCEL}")
""",
}
ONE_EACH = """
def worker(request):
    if number(request) == 1:
        return Line(edits=put(request, A=2.0), title="A")
    return Line(edits=put(request, B=3.0), title="B")

engine = Scripted({"worker": worker})
"""


def two(cancel: str) -> dict[str, str]:
    return {**TWO, "program": TWO["program"].replace("CANCEL", cancel)}


def test_two_compatible_improvements_both_land_each_measured_on_the_other(tiny: Make) -> None:
    lab = tiny(ONE_EACH, **two("0.0"))
    summary = lab.run(experiments=2)
    assert (summary.kept, summary.best) == (2, 5.0)
    first, second = sorted(lab.experiments(), key=lambda row: row.finished or 0)
    assert second.base == first.commit
    assert any(step.decision == "moved" for step in lab.steps(second.id))
    text = git(lab.root, "show", "orgloop/r1:program.py")
    assert re.search(r"^A = 2\.0$", text, re.M)
    assert re.search(r"^B = 3\.0$", text, re.M)


def test_two_that_cancel_do_not_both_land(tiny: Make) -> None:
    lab = tiny(ONE_EACH, **two("9.0"))
    summary = lab.run(experiments=2)
    assert (summary.kept, summary.discarded) == (1, 1)
    assert summary.best in (2.0, 3.0)


def test_the_branch_is_a_line_of_commits_each_on_the_one_before(tiny: Make) -> None:
    lab = tiny(ONE_EACH, **two("0.0"))
    lab.run(experiments=2)
    parents = git(lab.root, "log", "--format=%H %P", "orgloop/r1").split("\n")
    assert [len(line.split()) for line in parents if line] == [2, 2, 1]


CONFLICT = """
def worker(request):
    return Line(edits=put(request, A=float(number(request)) + 10.0 * len(request.history)))

engine = Scripted({"worker": worker})
"""


def test_a_conflict_is_a_discard_where_the_chart_has_no_arrow_for_it(tiny: Make) -> None:
    lab = tiny(CONFLICT, **two("0.0"))
    lab.run(experiments=2)
    discarded = [row for row in lab.experiments() if row.status == "discard"]
    assert len(discarded) == 1
    assert "conflicts with it" in discarded[0].reason


def test_a_conflict_starts_afresh_on_the_new_incumbent_where_the_chart_says_so(tiny: Make) -> None:
    arrow = "    bench -- crashed --> discard\n    bench -- stale --> worker\n"
    parts = two("0.0")
    parts["charter"] = parts["charter"].replace("    bench -- crashed --> discard\n", arrow)
    lab = tiny(CONFLICT, **parts)
    summary = lab.run(experiments=2)
    assert summary.kept == 2
    again = max(lab.experiments(), key=lambda row: row.finished or 0)
    assert [step.node for step in lab.steps(again.id)].count("worker") == 2
