from __future__ import annotations

from orgloop.ledger.amendments import KEPT, PROBATION, PROPOSED

from .conftest import Lab

FILES = {"org/charter.md": b"new \xff", "roles/reviewer.md": None}


def test_a_proposal_keeps_its_files_byte_for_byte(lab: Lab) -> None:
    row = lab.ledger.amendments.propose("r1", "meta", 2, "Bolder", FILES, {"amendment": "m"})
    (found,) = lab.ledger.amendments.pending("r1")
    assert found == row
    assert found.files == FILES and found.state == PROPOSED and found.name == "a1"
    assert found.data == {"amendment": "m"}


def test_what_is_on_probation_is_measured_against_what_stands(lab: Lab) -> None:
    ledger = lab.ledger
    for number in (1, 2):
        ledger.generations.add("r1", tree=f"t{number}", commit=f"c{number}", author="", reason="")
    row = ledger.amendments.propose("r1", "meta", 1, "Bolder", FILES)
    ledger.amendments.begin(row, generation=2, against=1, after=7)
    on_probation = ledger.amendments.on_probation("r1")
    assert on_probation is not None
    assert (on_probation.state, on_probation.after) == (PROBATION, 7)
    standing = ledger.generations.standing("r1")
    assert standing is not None and standing.number == 1
    ledger.amendments.decide(on_probation, KEPT, "Better.", chance=0.9)
    standing = ledger.generations.standing("r1")
    assert standing is not None and standing.number == 2
    assert ledger.amendments.on_probation("r1") is None
    assert ledger.amendments.all("r1")[0].chance == 0.9


def test_a_side_is_what_was_begun_under_a_generation_in_that_time(lab: Lab) -> None:
    ledger = lab.ledger
    ids = [ledger.experiments.start("r1", 1 + number % 2, "base").id for number in range(6)]
    for place, id in enumerate(ids[:5]):
        ledger.experiments.first_effect("r1", id, place / 10)
        ledger.experiments.finish("r1", id, "discard", "no")
    found = ledger.sides.outcomes("r1", 1, after=1, until=6)
    assert [(one.number, one.effect) for one in found] == [(3, 0.2), (5, 0.4)]
