from __future__ import annotations

from typing import TYPE_CHECKING

from orgloop.ledger import Ledger, QuestionRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def ask(lab: Lab, experiment: str = "e0001", *, seat: int = 0, most: int = 4) -> QuestionRow:
    return lab.ledger.questions.ask(
        "r1",
        experiment,
        "critic",
        1,
        seat=seat,
        commit="c" * 40,
        decisions=("keep", "discard"),
        may_edit=False,
        text="# Brief",
        most=most,
    )


def test_a_step_asks_once_however_often_it_is_entered(lab: Lab) -> None:
    first = ask(lab)
    assert (first.name, first.state, first.decisions) == ("q1", "open", ("keep", "discard"))
    assert ask(lab) == first
    assert [event.kind for event in lab.ledger.tail.after(0)].count("question_asked") == 1


def test_an_answer_from_another_process_is_taken_once_and_waits_in_the_ledger(lab: Lab) -> None:
    row = ask(lab)
    assert lab.ledger.questions.ready("r1") == []
    with Ledger.open(lab.ledger.path) as other:
        edits = {"train.py": b"\xff\x00", "old.py": None}
        assert other.questions.answer(row.id, decision="keep", note="Yes.", edits=edits, by="ada")
        assert not other.questions.answer(row.id, decision="discard", note="No.")
    found = lab.ledger.questions.get(row.id)
    assert found is not None and not found.waits
    assert (found.decision, found.note, found.edits, found.by) == ("keep", "Yes.", edits, "ada")
    assert lab.ledger.questions.ready("r1") == [("e0001", "critic", 1)]
    lab.ledger.questions.close("r1", "e0001", "critic", 1)
    assert lab.ledger.questions.ready("r1") == []


def test_so_many_are_open_and_the_others_stand_in_line(lab: Lab) -> None:
    rows = [ask(lab, f"e000{number}", most=2) for number in (1, 2, 3, 4)]
    assert [row.state for row in rows] == ["open", "open", "line", "line"]
    lab.ledger.questions.answer(rows[0].id, decision="keep", note="Yes.")
    waiting = lab.ledger.questions.waiting("r1")
    assert [(row.name, row.state) for row in waiting] == [
        ("q2", "open"),
        ("q3", "open"),
        ("q4", "line"),
    ]


def test_a_question_that_nobody_needs_any_more_makes_room(lab: Lab) -> None:
    ask(lab, "e0001", most=1)
    ask(lab, "e0002", most=1)
    lab.ledger.questions.close("r1", "e0001", "critic", 1)
    assert [(row.name, row.state) for row in lab.ledger.questions.waiting("r1")] == [("q2", "open")]


def test_a_panel_is_ready_once_all_its_seats_have_answered(lab: Lab) -> None:
    seats = [ask(lab, seat=seat) for seat in (0, 1)]
    lab.ledger.questions.answer(seats[0].id, decision="keep", note="Yes.")
    assert lab.ledger.questions.ready("r1") == []
    lab.ledger.questions.answer(seats[1].id, decision="keep", note="Yes.")
    assert lab.ledger.questions.ready("r1") == [("e0001", "critic", 1)]


def test_whoever_watches_a_run_sees_what_waits(lab: Lab) -> None:
    ask(lab)
    status = lab.ledger.views.status("r1")
    assert status is not None and [row.name for row in status.questions] == ["q1"]
