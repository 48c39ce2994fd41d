from __future__ import annotations

from typing import TYPE_CHECKING

from orgloop import events
from orgloop.ledger import ProblemRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def _everything(lab: Lab) -> None:
    id = lab.start("x")
    lab.step(id, "pi", "note")
    lab.measure(id, 2.5)
    lab.ledger.experiments.judge("r1", id, call="better", value=2.5, why="clear")
    lab.ledger.experiments.keep("r1", id, commit="c", value=2.5, stderr=None, gain=0.2)
    lab.ledger.generations.add("r1", tree="t", commit="c", author="a", reason="r")
    amendment = lab.ledger.amendments.propose("r1", "meta", 1, "Bolder", {"org/charter.md": b"x"})
    lab.ledger.amendments.decide(amendment, "refused", "No.")
    lab.ledger.problems.replace("r1", [ProblemRow("roles/pi.md", "bad", line=3)])
    lab.ledger.problems.replace("r1", [])
    lab.ledger.problems.notice("mind this", run="r1")
    lab.ledger.commands.answer(lab.ledger.commands.ask("pause", run="r1"), "done")
    lab.ledger.overturns.veto("r1", id, "no")
    lab.ledger.messages.tell("hello", "pi", run="r1")
    lab.ledger.messages.hold("pi", "r1", id, 1)
    lab.ledger.messages.settle("pi", "r1", id, 1, answered=True)
    question = lab.ledger.questions.ask(
        "r1", id, "pi", 2, commit="c", decisions=(), may_edit=False, text="Which?", most=4
    )
    lab.ledger.questions.answer(question.id, decision=None, note="This.", by="Ada")
    audit = lab.ledger.audits.begin("r1", best="c", plan={})
    lab.ledger.audits.finish("r1", audit.number, report={}, verdicts=[], headline="", kept=0)
    lab.ledger.runs.set_state("r1", "finished", "budget")


def test_every_kind_is_written_and_read_back_as_its_own_type(lab: Lab) -> None:
    _everything(lab)
    found = lab.ledger.tail.after(0)
    assert not [event for event in found if isinstance(event, events.Unknown)]
    written = {event.kind for event in found}
    known = {
        getattr(events, name).model_fields["kind"].default
        for name in events.__all__
        if name not in ("Event", "EventBase", "Known", "Unknown", "read")
    }
    assert written == known


def test_after_goes_on_where_a_reader_stopped(lab: Lab) -> None:
    _everything(lab)
    everything = lab.ledger.tail.after(0)
    seen: list[int] = []
    while batch := lab.ledger.tail.after(seen[-1] if seen else 0, 3):
        assert len(batch) <= 3
        seen += [event.id for event in batch]
    assert seen == [event.id for event in everything] == sorted(set(seen))
    assert lab.ledger.tail.newest() == seen[-1]
    assert [event.id for event in lab.ledger.tail.last(4)] == seen[-4:]


def test_a_runs_events_begin_where_it_did(lab: Lab) -> None:
    _everything(lab)
    other = lab.ledger.runs.create(baseline_commit="z", task={})
    first = lab.ledger.tail.after(lab.ledger.tail.start_of(other.id))[0]
    assert (first.kind, first.run) == ("run_started", "r2")
    assert lab.ledger.tail.start_of("r1") == 0


def test_an_event_of_a_newer_version_is_passed_on_as_unknown(lab: Lab) -> None:
    with lab.ledger.transaction():
        for kind, body in (
            ("teleported", '{"to": "moon"}'),
            ("notice", '{"text": "x", "loudness": 11}'),
            ("notice", "not json"),
        ):
            lab.ledger._database.insert(
                "INSERT INTO events (at, run, kind, body) VALUES (1, 'r1', ?, ?)", (kind, body)
            )
    found = lab.ledger.tail.last(3)
    assert [type(event) for event in found] == [events.Unknown] * 3
    assert [event.kind for event in found] == ["teleported", "notice", "notice"]
    first = found[0]
    assert isinstance(first, events.Unknown) and first.body == {"to": "moon"}
