"""Two good ideas at once: each is measured on top of the other before it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

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


@pytest.mark.slow
def test_two_that_cancel_do_not_both_land(tiny: Make) -> None:
    lab = tiny(ONE_EACH, **two("9.0"))
    summary = lab.run(experiments=2)
    assert (summary.kept, summary.discarded) == (1, 1)
    assert summary.best in (2.0, 3.0)


@pytest.mark.slow
def test_the_branch_is_a_line_of_commits_each_on_the_one_before(tiny: Make) -> None:
    lab = tiny(ONE_EACH, **two("0.0"))
    lab.run(experiments=2)
    parents = git(lab.root, "log", "--format=%H %P", "orgloop/r1").split("\n")
    assert [len(line.split()) for line in parents if line] == [2, 2, 1]


def test_a_promotion_is_decided_on_fresh_seeds_that_the_two_share(tiny: Make) -> None:
    noisy = two("0.0")
    noisy["program"] = noisy["program"].replace("A + B", "A + B + int(sys.argv[-1]) % 1000 / 10000")
    lab = tiny(ONE_EACH, **noisy)
    assert lab.run(experiments=2).kept == 2
    first, second = sorted(lab.experiments(), key=lambda row: row.finished or 0)
    with lab.ledger() as ledger:
        rows = ledger.measurements.of("r1", second.id)
        before = {row.seed for row in ledger.measurements.of("r1", "baseline")}
    pair = [row for row in rows if row.kind == "promotion"]
    assert {row.commit for row in pair} == {first.commit, second.commit}
    assert len({row.seed for row in pair}) == 1
    assert pair[0].seed not in before | {row.seed for row in rows if row.kind == "search"}
    values = {row.commit: row.value for row in pair}
    own, other = values[second.commit], values[first.commit]
    assert second.gain == pytest.approx((own or 0) - (other or 0))
    assert (
        "promotion, incumbent"
        in (lab.root / ".orgloop" / "cases" / "r1" / f"{second.id}.md").read_text()
    )


@pytest.mark.slow
def test_a_task_without_noise_runs_no_incumbent_again(tiny: Make) -> None:
    parts = two("0.0")
    parts["charter"] = parts["charter"].replace("accept: greedy", "accept: significant")
    lab = tiny(ONE_EACH, **parts)
    assert lab.run(experiments=2).kept == 2
    with lab.ledger() as ledger:
        rows = [row for id in ("e0001", "e0002") for row in ledger.measurements.of("r1", id)]
    commits = {row.commit for row in rows if row.kind == "promotion"}
    assert commits == {max(lab.experiments(), key=lambda row: row.finished or 0).commit}


def test_a_draft_that_was_revised_is_no_part_of_the_branch_and_stays_reachable(
    tiny: Make,
) -> None:
    lab = tiny(
        """
        engine = Scripted({
            "worker": lambda r: Line(edits=put(r, A=1.0 + len(r.history))),
            "reviewer": [Line(decision="revise"), Line(decision="approve")]})
        """,
        charter=SOLO.replace(
            "    worker --> bench\n",
            "    worker --> reviewer\n    reviewer -- approve --> bench\n"
            "    reviewer -- revise --> worker\n    reviewer -- reject --> discard\n",
        ),
        reviewer="---\nname: reviewer\ndescription: Reads.\ntools: Read\n---\nRead it.\n",
    )
    assert lab.run(experiments=1).kept == 1
    assert git(lab.root, "rev-list", "--count", "orgloop/r1").strip() == "2"
    earlier = git(lab.root, "for-each-ref", "--format=%(objectname)", "refs/orgloop/r1/earlier/")
    assert "A = 1.0" in git(lab.root, "show", f"{earlier.strip()}:program.py")


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
