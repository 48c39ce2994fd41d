"""Roles that amend the organization while it runs: tried, kept, reverted, refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.ledger import AmendmentRow, GenerationRow
from orgloop.org import Org, load_org
from orgloop.repo import LabRepo

from .conftest import JUDGE_WITHOUT_PERSON, TinyLab

Make = Callable[..., TinyLab]

CHARTER = """\
---
name: judged
model: python:MINDS:engine
accept: greedy
budget: {experiments: 24}
probation: {chance: 0.8, experiments: 8}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> judge
    judge -- approve --> bench
    judge -- reject --> discard
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
META = """\
---
name: meta
description: Amends the organization.
tools: Read, Edit, Write
org: {amends: true, every: 2 experiments}
---
Amend it.
"""
JUDGE = JUDGE_WITHOUT_PERSON
REJECTING = """
def judge(request):
    # Three of four never reach the bench.
    return Line(decision="approve" if number(request) % 4 == 0 else "reject")

def without_judge(request):
    chart = request.files.read("org/charter.md").decode()
    if "worker --> judge" not in chart:
        return Line(note="Nothing to amend.")
    chart = chart.replace("worker --> judge", "worker --> bench")
    chart = chart.replace("    judge -- approve --> bench\\n    judge -- reject --> discard\\n", "")
    edits = {"org/charter.md": chart.encode(), "roles/judge.md": None}
    return Line(note="Drop the judge: it sends too much away.", edits=edits)
"""
DROP = (
    REJECTING
    + """
engine = Scripted({
    "worker": lambda r: Line(edits=put(r, A=float(number(r)))),
    "judge": judge,
    "meta": without_judge,
})
"""
)
HURT = """
def add_judge(request):
    chart = request.files.read("org/charter.md").decode()
    if "worker --> judge" in chart or request.organization.amendments:
        return Line(note="Nothing to amend.")
    chart = chart.replace(
        "worker --> bench",
        "worker --> judge\\n    judge -- approve --> bench\\n    judge -- reject --> discard",
    )
    judge = b"---\\nname: judge\\ndescription: Judges.\\ntools: Read\\n---\\nJudge.\\n"
    edits = {"org/charter.md": chart.encode(), "roles/judge.md": judge}
    return Line(note="Add a judge.", edits=edits)

engine = Scripted({
    "worker": lambda r: Line(edits=put(r, A=float(number(r)))),
    "judge": Line(decision="reject"),
    "meta": add_judge,
})
"""
SOLO = CHARTER.replace(
    """    worker --> judge
    judge -- approve --> bench
    judge -- reject --> discard
""",
    "    worker --> bench\n",
)


def record(lab: TinyLab) -> tuple[list[AmendmentRow], list[GenerationRow]]:
    with lab.ledger() as ledger:
        return ledger.amendments.all("r1"), ledger.generations.all("r1")


def generation(lab: TinyLab, row: GenerationRow) -> Org:
    with LabRepo.open(lab.root) as repo:
        org, problems = load_org(repo.read_generation(row.commit), None)
    assert org is not None, list(problems)
    return org


def split(lab: TinyLab) -> list[int]:
    return [row.generation for row in sorted(lab.experiments(), key=lambda row: row.number)]


def blocks_of_two(lab: TinyLab, amendment: AmendmentRow) -> int:
    """How many experiments a probation split, one to each side in each block; then all are new."""
    assert amendment.after is not None
    tried = split(lab)[amendment.after :]
    decided = next(i for i in range(0, len(tried), 2) if set(tried[i : i + 2]) == {2})
    assert all({*tried[i : i + 2]} == {1, 2} for i in range(0, decided, 2))
    assert set(tried[decided:]) == {2}
    return decided


@pytest.mark.slow
def test_an_amendment_that_helps_stays(tiny: Make) -> None:
    lab = tiny(DROP, charter=CHARTER, judge=JUDGE, meta=META)
    before = (lab.root / "org/charter.md").read_bytes()
    lab.run()
    (amendment,), generations = record(lab)
    assert (amendment.state, amendment.role, amendment.generation) == ("kept", "meta", 2)
    assert amendment.title == "Drop the judge: it sends too much away."
    assert amendment.chance is not None and amendment.chance >= 0.8
    assert [row.author for row in generations] == ["a person", "meta"]
    assert "judge" not in generation(lab, generations[1]).roles
    assert (lab.root / "org/charter.md").read_bytes() == before, "the checkout is a person's"
    assert blocks_of_two(lab, amendment) >= 4


def test_an_amendment_that_hurts_is_reverted_by_a_commit(tiny: Make) -> None:
    lab = tiny(HURT, charter=SOLO, meta=META)
    lab.run()
    (amendment,), generations = record(lab)
    assert amendment.state == "reverted"
    assert amendment.chance is not None and amendment.chance < 0.8
    first, _, back = generations
    assert (back.author, back.tree) == ("orgloop", first.tree)
    assert back.reason.startswith("Reverted a1 (Add a judge.): ")
    assert split(lab)[-1] == 3
    ended = [row for row in lab.experiments() if row.generation == 2]
    assert {row.status for row in ended} == {"discard"}, "the new wiring took effect"


def test_a_try_for_more_is_refused_and_recorded(tiny: Make) -> None:
    lab = tiny(
        """
        def more(request):
            text = request.files.read("org/charter.md").decode()
            if request.organization.amendments:
                return Line(note=request.organization.amendments[0].state)
            return Line(note="More.", edits={
                "org/charter.md": text.replace("experiments: 24", "experiments: 2400").encode(),
                "task.md": b"evaluate: mine",
            })

        engine = Scripted({'worker': lambda r: Line(edits=put(r, A=1.0 * number(r))), 'meta': more})
        """,
        charter=SOLO.replace("24", "5"),
        meta=META,
    )
    lab.run()
    (amendment,), generations = record(lab)
    assert amendment.state == "refused"
    assert "task.md: An amendment changes Markdown in `org/`" in amendment.why
    assert len(generations) == 1
    with lab.ledger() as ledger:
        second = ledger.steps.get("r1", "cadence", "meta", 2)
    assert second is not None and second.note == "refused"


@pytest.mark.slow
def test_an_edit_of_a_person_joins_what_was_amended(tiny: Make) -> None:
    lab = tiny(DROP, charter=CHARTER, judge=JUDGE, meta=META)
    lab.run()
    lab.write("roles/worker.md", (lab.root / "roles/worker.md").read_text() + "\nWith care.\n")
    lab.run(experiments=25)
    (amendment,), generations = record(lab)
    org = generation(lab, generations[-1])
    assert (len(generations), amendment.state) == (3, "kept")
    assert "judge" not in org.charter.flow.nodes, "the amendment stays"
    assert org.roles["worker"].body.endswith("With care.")
    lab.run(experiments=26)
    assert len(record(lab)[1]) == 3, "what was taken over is no edit any more"


@pytest.mark.slow
def test_an_edit_of_a_person_ends_a_probation(tiny: Make) -> None:
    lab = tiny(HURT, charter=SOLO, meta=META)
    lab.run(experiments=5)
    (amendment,), _ = record(lab)
    assert amendment.state == "probation"
    lab.write("roles/worker.md", (lab.root / "roles/worker.md").read_text() + "\nWith care.\n")
    lab.run(experiments=8)
    (amendment,), generations = record(lab)
    assert amendment.state == "withdrawn"
    org = generation(lab, generations[-1])
    assert "judge" not in org.roles and org.roles["worker"].body.endswith("With care.")
    assert split(lab)[-3:] == [3, 3, 3]


@pytest.mark.slow
def test_a_probation_goes_on_where_a_session_ended(tiny: Make) -> None:
    lab = tiny(DROP, charter=CHARTER, judge=JUDGE, meta=META)
    for budget in (4, 5, 8, 11, 24):
        lab.run(experiments=budget)
    (amendment,), generations = record(lab)
    assert (amendment.state, len(generations)) == ("kept", 2)
    assert blocks_of_two(lab, amendment) >= 4


@pytest.mark.slow
def test_an_edit_is_put_on_probation_where_the_charter_asks(tiny: Make) -> None:
    asked = CHARTER.replace("experiments: 8}", "experiments: 8, edits: true}")
    lab = tiny(DROP.replace('"meta"', '"nobody"'), charter=asked, judge=JUDGE)
    lab.run(experiments=2)
    chart = asked.replace("worker --> judge", "worker --> bench").replace(
        "    judge -- approve --> bench\n    judge -- reject --> discard\n", ""
    )
    lab.write("org/charter.md", chart)
    (lab.root / "roles/judge.md").unlink()
    lab.run(experiments=20)
    (amendment,), generations = record(lab)
    assert (amendment.role, amendment.state) == ("a person", "kept")
    assert [row.author for row in generations] == ["a person", "a person"]
    assert {1, 2} == set(split(lab)[2:6])
