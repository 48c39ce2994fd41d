"""One experiment is ended by a person, wherever it is, and the others go on."""

from __future__ import annotations

from collections.abc import Callable

from orgloop.events import CommandAnswered
from orgloop.ledger.verbs import STOP, VETO

from .account import the_branch_is_a_line
from .asking import ENDLESS, Person, measuring, row_of
from .conftest import JUDGE, JUDGED, SOLO, TinyLab

Make = Callable[..., TinyLab]
SLOW = """
def worker(request):
    at = number(request)
    sleep = 600.0 if at == 1 else 0.0
    return Line(
        edits=put(request, A=float(at), SLEEP=sleep), title=f"number {at}",
        delay=600.0 if at == 3 else 0.0)

engine = Scripted({"worker": worker})
"""


def test_on_the_bench_in_line_for_it_and_while_a_role_thinks(tiny: Make) -> None:
    lab = tiny(SLOW, charter=SOLO.replace("lookahead: 0", "lookahead: 1"))
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0001"))
        person.until(lambda ledger: ledger.steps.get("r1", "e0002", "bench", 1))
        person.ask(VETO, "e0002", reason="not this one")
        assert row_of(lab, "e0001").status == "running"
        asked = person.ask(STOP, "1")
        assert asked.answer == "e0001 is discarded. Stopped by a person."
        person.until(lambda ledger: ledger.steps.get("r1", "e0003", "worker", 1))
        person.ask(STOP, "e0003", reason="it takes\ntoo long")

    summary = person.while_(act)
    assert (summary.experiments, summary.discarded, summary.kept) == (4, 3, 1)
    assert [row_of(lab, f"e000{at}").reason for at in (1, 2, 3)] == [
        "Stopped by a person.",
        "Vetoed by a person: not this one",
        "Stopped by a person: it takes too long",
    ]
    with lab.ledger() as ledger:
        ended = ledger.measurements.of("r1", "e0001")
        assert [(row.status, (row.crash or {}).get("kind")) for row in ended] == [
            ("crash", "stopped")
        ]
        assert ended[0].wall_s > 0
        assert ledger.measurements.of("r1", "e0002") == []
        assert not ledger.measurements.running("r1")
        said = [one for one in ledger.tail.after(0) if isinstance(one, CommandAnswered)]
        line = [str(row.commit) for row in ledger.incumbents.all("r1")]
    assert [(one.experiment, one.state) for one in said] == [
        ("e0002", "done"), ("e0001", "done"), ("e0003", "done")
    ]  # fmt: skip
    assert all(step.finished for id in ("e0001", "e0002", "e0003") for step in lab.steps(id))
    assert list((lab.root / ".orgloop" / "jobs").glob("r1-*")) == []
    the_branch_is_a_line(lab, line)


def test_one_that_waits_for_a_person_is_ended_and_its_question_is_closed(tiny: Make) -> None:
    lab = tiny(charter=JUDGED, judge=JUDGE)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: ledger.questions.waiting("r1"))
        person.leave("tell-nobody")
        person.ask(STOP, "e0001", reason="no time")
        person.until(lambda ledger: [one.experiment for one in ledger.questions.waiting("r1")])
        person.leave("stop")

    summary = person.while_(act)
    assert (summary.discarded, summary.state) == (1, "stopped")
    with lab.ledger() as ledger:
        assert "e0001" not in {row.experiment for row in ledger.questions.waiting("r1")}


def test_a_pause_holds_no_one_that_is_ended(tiny: Make) -> None:
    lab = tiny(SLOW, charter=SOLO)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0001"))
        person.leave("pause")
        person.until(lambda ledger: ledger.runs.get("r1").state == "paused")  # type: ignore[union-attr]
        person.ask(STOP, "e0001")
        assert row_of(lab, "e0001").status == "discard"
        person.leave("stop")

    assert person.while_(act).experiments == 1


def test_what_has_ended_or_is_not_there_is_not_stopped(tiny: Make) -> None:
    lab = tiny(charter=ENDLESS)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: ledger.runs.counts("r1").kept)
        assert person.refused(STOP, "e0001") == (
            "e0001 was kept by then: nothing is left to stop. "
            "`orgloop veto e0001` takes a keep back."
        )
        nowhere = person.leave(STOP, "e9999")
        person.until(lambda ledger: ledger.commands.get(nowhere).state == "refused")  # type: ignore[union-attr]
        person.leave("stop")

    person.while_(act)
    assert row_of(lab, "e0001").status == "keep"


def test_what_was_asked_of_a_lab_that_died_is_refused_and_the_experiment_goes_on(
    tiny: Make,
) -> None:
    lab = tiny(charter=JUDGED, judge=JUDGE)
    person = Person(lab)
    person.while_(
        lambda: (
            person.until(lambda ledger: ledger.questions.waiting("r1")),
            person.leave("stop"),
        )
    )
    left = person.leave(STOP, "e0001")

    def act() -> None:
        person.until(lambda ledger: ledger.commands.get(left).state == "refused")  # type: ignore[union-attr]
        person.leave("stop")

    person.while_(act)
    with lab.ledger() as ledger:
        row = ledger.commands.get(left)
    assert row is not None
    assert row.answer == "The lab had ended by then. Ask again, if it is still wanted."
    assert row_of(lab, "e0001").status == "running"
