"""What people tell the organization reaches a brief, is acknowledged, and is on the record."""

from __future__ import annotations

from collections.abc import Callable

from orgloop.ledger import Ledger, load_case, render_case

from .conftest import COUNTING, JUDGE_WITHOUT_PERSON, JUDGED, TinyLab

READING = """\
engine = Scripted(
    {"worker": lambda r: Line(note=NOTE, edits=put(r, A=float(number(r)))),
     "judge": lambda r: Line(note=r.brief)},
    reads_brief=True,
)
"""


def tell(lab: TinyLab, text: str, role: str | None = None) -> None:
    with Ledger.open(lab.root / ".orgloop" / "lab.db") as ledger:
        ledger.messages.tell(text, role, run="r1")


def test_a_message_reaches_the_next_brief_and_is_acknowledged_in_the_note(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny("NOTE = 'I did it.'\n" + READING)
    lab.run(experiments=1)
    tell(lab, "try a smaller context")
    lab.run(experiments=3)
    notes = [lab.steps(id)[0].note for id in ("e0001", "e0002", "e0003")]
    assert notes[0] == notes[2] == "I did it."
    assert notes[1] == (
        "I did it.\n\nTold m1: “try a smaller context” (the note says nothing about it)"
    )
    with lab.ledger() as ledger:
        (row,) = ledger.messages.last()
        assert row.read_by == "worker in e0002" and row.read_at is not None
        run = ledger.runs.get("r1")
        assert run is not None
        case = load_case(ledger, run, "e0002")
    assert case is not None
    assert "## Told\n\n- m1, read by worker: try a smaller context" in render_case(case)


def test_a_note_that_speaks_of_the_message_is_left_as_it_is(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny("NOTE = 'Told m1: done.'\n" + READING)
    lab.run(experiments=1)
    tell(lab, "try a smaller context")
    lab.run(experiments=2)
    assert lab.steps("e0002")[0].note == "Told m1: done."


def test_a_body_without_an_inbox_is_told_below_its_brief(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny("NOTE = 'I.'\n" + READING, charter=JUDGED, judge=JUDGE_WITHOUT_PERSON)
    lab.run(experiments=1)
    tell(lab, "be strict", "judge")
    lab.run(experiments=2)
    first, second = (lab.steps(id)[1].note for id in ("e0001", "e0002"))
    assert "be strict" not in first
    assert "- m1: be strict" in second and "begins with its name: `Told m1: ...`" in second


def test_a_body_with_an_inbox_is_not_told_twice(tiny: Callable[..., TinyLab]) -> None:
    judge = JUDGE_WITHOUT_PERSON + "\n{% for one in inbox %}{{ one }}{% endfor %}\n"
    lab = tiny("NOTE = 'I.'\n" + READING, charter=JUDGED, judge=judge)
    lab.run(experiments=1)
    tell(lab, "be strict", "judge")
    lab.run(experiments=2)
    assert lab.steps("e0002")[1].note.count("be strict") == 1


def test_a_message_outlives_the_walk_that_could_not_answer_it(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(
        """\
        def work(request):
            fails = "out of words" if number(request) == 2 else ""
            return Line(fails=fails, note="Up.", edits=put(request, A=float(number(request))))
        engine = Scripted({"worker": work}, reads_brief=True)
        """
    )
    lab.run(experiments=1)
    tell(lab, "be bold")
    lab.run(experiments=3)
    with lab.ledger() as ledger:
        assert [row.read_by for row in ledger.messages.last()] == ["worker in e0003"]


def test_engines_that_read_no_brief_leave_messages_to_those_who_do(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(COUNTING)
    lab.run(experiments=1)
    tell(lab, "be bold")
    lab.run(experiments=2)
    with lab.ledger() as ledger:
        assert [row.read_by for row in ledger.messages.last()] == [None]
