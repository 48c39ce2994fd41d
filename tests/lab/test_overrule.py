"""A person keeps a discard against the referee: flagged everywhere, claimed nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from orgloop.audit.stack import stack_of
from orgloop.cli.requests import Refused, request
from orgloop.ledger.verbs import KEPT_BY_PERSON, OVERRULE, STOP

from .account import the_branch_is_a_line
from .asking import Person, row_of
from .conftest import TinyLab, git

Make = Callable[..., TinyLab]
PROGRAM = """\
A = 0.0


# room between the two lines, so that git can merge them


B = 0.0
print(f"score: {A + B}")
"""
COURSE = """
def worker(request):
    if number(request) == 5:
        return Line(delay=600.0)
    changes = {1: {"A": 5.0}, 2: {"B": -1.0}, 3: {"A": 4.0}, 4: {"A": 6.0}, 6: {"A": 9.0}}
    return Line(edits=put(request, **changes[number(request)]), title=f"n{number(request)}")

engine = Scripted({"worker": worker})
"""
"""Kept at 5, discarded at 4 and at 4 again, kept at 6; the fifth is thought about for long."""


def test_it_is_put_on_the_incumbent_measured_there_and_left_out_of_what_is_claimed(
    tiny: Make,
) -> None:
    lab = tiny(COURSE, program=PROGRAM)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: ledger.experiments.get("r1", "e0005") is not None)
        said = person.refused(OVERRULE, "e0003", reason="no")
        assert said.startswith("What e0003 changed conflicts with the incumbent, e0004.")
        assert "is kept already" in person.refused(OVERRULE, "e0004", reason="no")
        assert "is not decided yet" in person.refused(OVERRULE, "e0005", reason="no")
        assert "no reason was given" in person.refused(OVERRULE, "e0002")
        asked = person.ask(OVERRULE, "e0002", reason="B must go down")
        assert asked.answer.startswith(
            "e0002 is kept, and left out of what is claimed. It had been discarded: "
        )
        person.ask(STOP, "e0005")

    summary = person.while_(act, experiments=5)
    second, fourth = row_of(lab, "e0002"), row_of(lab, "e0004")
    assert (second.status, second.overruled, second.base) == ("keep", True, fourth.commit)
    assert second.reason == f"{KEPT_BY_PERSON}: B must go down"
    assert second.value == 5.0
    text = git(lab.root, "show", "orgloop/r1:program.py")
    assert re.search(r"^A = 6\.0$", text, re.M) and re.search(r"^B = -1\.0$", text, re.M)
    assert (summary.kept, summary.overruled, summary.discarded) == (3, 1, 2)
    assert (summary.best, summary.best_experiment, summary.gain) == (6.0, "e0004", 6.0)
    assert summary.head_experiment == "e0002"
    with lab.ledger() as ledger:
        line = ledger.incumbents.all("r1")
        kinds = [row.kind for row in ledger.measurements.of("r1", "e0002")]
        stack = stack_of(ledger, "r1")
    assert [row.experiment for row in line] == ["baseline", "e0001", "e0004", "e0002"]
    assert kinds[0] == "search" and "promotion" in kinds
    the_branch_is_a_line(lab, [row.commit for row in line])
    assert stack is not None
    assert [one.claimed is None for one in stack.kept] == [False, False, True]
    page = (lab.root / ".orgloop" / "cases" / "r1" / "e0002.md").read_text()
    assert "- overrule: B must go down. **Done.**" in page
    assert "this keep is left out of what is claimed" in page

    later = lab.run(experiments=6)
    assert (later.best, later.best_experiment) == (8.0, "e0006")
    assert later.gain == 9.0, "8 over the baseline, and what the person's keep took is left out"


def test_what_was_measured_on_the_incumbent_is_kept_without_a_lab(tiny: Make) -> None:
    lab = tiny(COURSE, program=PROGRAM)
    lab.run(experiments=3)

    def overrule(id: str) -> str:
        return request(lab.root, OVERRULE, experiment=id, args={"reason": "so be it"}).answer

    assert overrule("e0003").startswith("e0003 is kept")
    third = row_of(lab, "e0003")
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == third.commit
    with pytest.raises(Refused, match="has to be measured on the incumbent first"):
        overrule("e0002")
    assert row_of(lab, "e0002").status == "discard"
