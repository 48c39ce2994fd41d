"""Roles that are people's: walks that wait, and labs that die meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from orgloop.errors import LedgerError
from orgloop.events import QuestionAnswered, QuestionAsked
from orgloop.lab import steering
from orgloop.lab.summary import RunSummary
from orgloop.ledger import Ledger, QuestionRow

from .conftest import COUNTING, JUDGE, JUDGED, TinyLab


class Person:
    """Somebody at another terminal: what they do runs on a thread beside the lab."""

    def __init__(self, lab: TinyLab) -> None:
        self.lab = lab
        self.raised: list[BaseException] = []

    def while_(self, does: Callable[[], object], **options: object) -> RunSummary:
        """Run the lab while the person ``does`` something; raises what went wrong with that."""

        def act() -> None:
            try:
                does()
            except BaseException as error:  # noqa: BLE001 - raised on the test's own thread
                self.raised.append(error)
                self.stop("stop-now")

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        summary = self.lab.run(**options)
        thread.join(30)
        for error in self.raised:
            raise error
        return summary

    def asked(self, count: int = 1) -> list[QuestionRow]:
        """What waits, once there is that much of it."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(LedgerError), self.lab.ledger() as ledger:
                found = ledger.questions.waiting("r1")
                if len(found) >= count:
                    return found
            time.sleep(0.05)
        raise AssertionError("nobody was asked")

    def answer(self, row: QuestionRow, decision: str | None, **more: object) -> None:
        with Ledger.open(self.lab.root / ".orgloop" / "lab.db") as ledger:
            assert ledger.questions.answer(
                row.id,
                decision=decision,
                note=f"I say {decision}.",
                by="ada",
                **more,  # type: ignore[arg-type]
            )

    def stop(self, verb: str = "stop") -> None:
        with Ledger.open(self.lab.root / ".orgloop" / "lab.db") as ledger:
            ledger.commands.ask(verb)


def test_a_walk_goes_on_as_the_person_decides(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(COUNTING, charter=JUDGED, judge=JUDGE)
    ada = Person(lab)

    def judge() -> None:
        first, second = ada.asked(2)
        assert "Look at e0001" in first.text and "+A = 1.0" in first.text
        ada.answer(first, "approve")
        ada.answer(second, "reject")

    summary = ada.while_(judge, experiments=2)
    assert (summary.kept, summary.discarded) == (1, 1)
    step = lab.steps("e0001")[1]
    assert (step.node, step.engine, step.decision) == ("judge", "human", "approve")
    assert (step.note, step.data) == ("I say approve.", {"by": "ada"})
    with lab.ledger() as ledger:
        events = ledger.tail.after(0)
        assert sum(isinstance(event, QuestionAsked) for event in events) == 2
        assert sum(isinstance(event, QuestionAnswered) for event in events) == 2


@pytest.mark.slow
def test_other_walks_go_on_and_no_more_begin_than_may_wait(tiny: Callable[..., TinyLab]) -> None:
    charter = JUDGED.replace("lookahead: 0", "questions: 2")
    lab = tiny(COUNTING, charter=charter, judge=JUDGE)
    ada = Person(lab)

    def judge() -> None:
        ada.asked(2)
        time.sleep(1.0)
        with lab.ledger() as ledger:
            begun, waiting = ledger.runs.counts("r1").started, ledger.questions.waiting("r1")
        assert (begun, [row.state for row in waiting]) == (2, ["open", "open"])
        for _ in range(20):
            ada.answer(ada.asked()[0], "approve")

    assert ada.while_(judge, experiments=20).experiments == 20
    assert {row.status for row in lab.experiments()} <= {"keep", "discard"}


@pytest.mark.slow
def test_a_lab_that_ended_meanwhile_waits_for_the_same_question(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(COUNTING, charter=JUDGED, judge=JUDGE)
    ada = Person(lab)
    before: list[QuestionRow] = []

    def leave() -> None:
        before.extend(ada.asked())
        ada.stop()

    assert ada.while_(leave, experiments=1).state == "stopped"
    # As after a `kill -9`, which leaves no checkpoint that could be relied on.
    (lab.root / ".orgloop" / "walks.db").unlink()

    def judge() -> None:
        time.sleep(0.5)
        assert ada.asked() == before
        ada.answer(before[0], "approve")

    ada.while_(judge)
    assert [row.status for row in lab.experiments()] == ["keep"]
    assert len([step for step in lab.steps("e0001") if step.node == "worker"]) == 1


def test_an_answer_to_a_stopped_lab_waits_for_it(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(COUNTING, charter=JUDGED, judge=JUDGE)
    ada = Person(lab)
    asked: list[QuestionRow] = []
    ada.while_(lambda: (asked.extend(ada.asked()), ada.stop()), experiments=1)
    ada.answer(asked[0], "approve")
    assert lab.run().kept == 1


@pytest.mark.slow
def test_waiting_holds_no_time_of_the_budget(
    tiny: Callable[..., TinyLab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "SAVE_EVERY", 0.1)
    lab = tiny(COUNTING, charter=JUDGED, judge=JUDGE)
    ada = Person(lab)

    def judge() -> None:
        (row,) = ada.asked()
        time.sleep(0.5)
        with lab.ledger() as ledger:
            before = ledger.runs.counts("r1").active_s
        time.sleep(1.0)
        with lab.ledger() as ledger:
            assert ledger.runs.counts("r1").active_s == before
        ada.answer(row, "reject")

    ada.while_(judge, experiments=1)


def test_a_persons_edits_are_a_commit_like_any_other(tiny: Callable[..., TinyLab]) -> None:
    worker = "---\nname: worker\ndescription: Works.\ntools: Read, Edit\nmodel: human\n---\nDo.\n"
    lab = tiny(COUNTING, worker=worker)
    program = (lab.root / "program.py").read_bytes()
    ada = Person(lab)

    def work() -> None:
        (row,) = ada.asked()
        assert row.may_edit and row.decisions == ()
        edits = {"program.py": program.replace(b"A = 0.0", b"A = 7.0")}
        ada.answer(row, None, title="A to 7", edits=edits)

    assert ada.while_(work, experiments=1).best == 7.0
    assert lab.experiments()[0].title == "A to 7"


def test_a_panel_may_have_a_seat_for_a_person(tiny: Callable[..., TinyLab]) -> None:
    judge = JUDGE.replace("model: human", "org: {seats: 3, people: 1, rule: unanimous}")
    lab = tiny(COUNTING, charter=JUDGED, judge=judge)
    ada = Person(lab)

    def vote() -> None:
        (row,) = ada.asked()
        assert row.seat == 0 and "Look at e0001" in row.text
        ada.answer(row, "approve")

    ada.while_(vote, experiments=1)
    note = lab.steps("e0001")[1].note
    assert "**Seat 1** (approve): I say approve." in note and note.count("**Seat") == 3
    assert [row.status for row in lab.experiments()] == ["keep"]


def test_a_role_outside_the_chart_may_be_a_person(tiny: Callable[..., TinyLab]) -> None:
    guest = JUDGE.replace("judge", "guest").replace(
        "model: human", "model: human\norg: {every: 1 experiments}"
    )
    guest = guest.replace("{{ experiment.id }}: {{ experiment.diff }}", "it all.")
    lab = tiny(COUNTING, guest=guest)
    ada = Person(lab)
    lab.run(experiments=1)
    (row,) = ada.asked()
    assert (row.experiment, row.node, row.decisions) == ("cadence", "guest", ())
    ada.answer(row, None)
    lab.run(experiments=3)
    with lab.ledger() as ledger:
        said = ledger.steps.of("r1", "cadence")
    assert said[0].note == "I say None."
