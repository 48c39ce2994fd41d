"""A person takes a keep back, while the lab runs and while none does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from orgloop.cli.requests import Refused, request
from orgloop.ledger.verbs import STOP, VETO

from .account import the_branch_is_a_line
from .asking import Person, measuring, row_of
from .conftest import JUDGE, JUDGED, TinyLab, git

Make = Callable[..., TinyLab]
PROGRAM = """\
import time
A = 0.0


# room between the two lines, so that git can merge them


B = 0.0
time.sleep(1.0 * (B > 0))
print(f"score: {A + B}")
"""
THIRD_ELSEWHERE = """
def worker(request):
    at = float(number(request))
    return Line(edits=put(request, B=at) if at == 3 else put(request, A=at), title=f"number {at}")

engine = Scripted({"worker": worker})
"""


def branch_of(lab: TinyLab) -> str:
    return git(lab.root, "rev-parse", "orgloop/r1").strip()


@pytest.mark.slow
def test_the_one_before_reigns_again_and_what_stood_on_the_vetoed_one_is_put_on_it(
    tiny: Make,
) -> None:
    lab = tiny(THIRD_ELSEWHERE, program=PROGRAM)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0003"))
        assert person.refused(VETO, "e0001", reason="no") == (
            "e0001 is not the latest keep: e0002 came on top of it. "
            "Veto from the top (`orgloop veto e0002` first), or have an experiment take its "
            'change out (`orgloop tell "take e0001 out"`).'
        )
        assert "no reason was given" in person.refused(VETO, "e0002", reason=" ")
        asked = person.ask(VETO, "e0002", reason="it cheats")
        assert asked.answer.startswith("e0002 is discarded, and the incumbent is e0001 again (")

    summary = person.while_(act, experiments=3)
    assert (summary.kept, summary.discarded, summary.best, summary.gain) == (2, 1, 4.0, 4.0)
    first, second, third = (row_of(lab, f"e000{at}") for at in (1, 2, 3))
    assert (second.status, second.reason) == ("discard", "Vetoed by a person: it cheats")
    assert (third.status, third.base) == ("keep", first.commit)
    assert re.search(r"^A = 1\.0$", git(lab.root, "show", "orgloop/r1:program.py"), re.M)
    page = (lab.root / ".orgloop" / "cases" / "r1" / "e0002.md").read_text()
    assert "**Discarded.** Vetoed by a person: it cheats" in page
    with lab.ledger() as ledger:
        line = ledger.incumbents.all("r1")
    assert [row.experiment for row in line] == ["baseline", "e0001", "e0003"]
    the_branch_is_a_line(lab, [row.commit for row in line])
    assert lab.run(experiments=4).kept == 3, "what was read again is what was known"


def test_what_has_run_is_vetoed_without_a_lab_down_to_the_baseline(tiny: Make) -> None:
    lab = tiny()
    baseline = git(lab.root, "rev-parse", "HEAD").strip()
    lab.run(experiments=2)

    def veto(id: str) -> str:
        return request(lab.root, VETO, experiment=id, args={"reason": "no"}).answer

    with pytest.raises(Refused, match="is not the latest keep"):
        veto("e0001")
    assert "the incumbent is e0001 again" in veto("e0002")
    assert branch_of(lab) == row_of(lab, "e0001").commit
    assert "the incumbent is baseline again" in veto("1")
    assert branch_of(lab) == baseline
    with pytest.raises(Refused, match="e0001 was not kept, so there is nothing to take back"):
        veto("e0001")
    summary = lab.run(experiments=3)
    assert (summary.kept, summary.discarded, summary.best) == (1, 2, 3.0)
    assert row_of(lab, "e0003").base == baseline


def test_what_was_set_down_is_ended_without_a_lab(tiny: Make) -> None:
    lab = tiny(charter=JUDGED, judge=JUDGE)
    person = Person(lab)
    person.while_(
        lambda: (
            person.until(lambda ledger: len(ledger.questions.waiting("r1")) >= 2),
            person.leave("stop"),
        ),
        experiments=2,
    )
    request(lab.root, STOP, experiment="e0001")
    request(lab.root, VETO, experiment="e0002", args={"reason": "no"})
    assert [row_of(lab, f"e000{at}").reason for at in (1, 2)] == [
        "Stopped by a person.",
        "Vetoed by a person: no",
    ]
    with lab.ledger() as ledger:
        assert ledger.questions.waiting("r1") == []
        assert ledger.runs.counts("r1").running == 0
