from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orgloop.ledger import StepRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def _done(lab: Lab, id: str) -> StepRow:
    return StepRow(
        "r1",
        id,
        "pi",
        1,
        lab.clock(),
        None,
        decision="go",
        note="Try it.",
        engine="anthropic:x",
        data={"plan": ["a"]},
    )


def test_a_step_entered_again_is_returned_as_it_stands(lab: Lab) -> None:
    id = lab.start()
    began = lab.ledger.steps.begin("r1", id, "pi", 1)
    assert began.finished is None
    lab.clock.now += 5
    assert lab.ledger.steps.begin("r1", id, "pi", 1) == began
    lab.ledger.steps.finish(_done(lab, id))
    again = lab.ledger.steps.begin("r1", id, "pi", 1)
    assert again.finished is not None and again.note == "Try it."
    assert again.started == began.started


def test_a_step_is_finished_once(lab: Lab) -> None:
    id = lab.start()
    lab.ledger.steps.begin("r1", id, "pi", 1)
    assert lab.ledger.steps.finish(_done(lab, id))
    assert not lab.ledger.steps.finish(replace(_done(lab, id), note="other"))
    step = lab.ledger.steps.get("r1", id, "pi", 1)
    assert step is not None and step.note == "Try it." and step.data == {"plan": ["a"]}


def test_a_step_can_be_recorded_without_having_begun(lab: Lab) -> None:
    id = lab.start()
    assert lab.ledger.steps.finish(_done(lab, id))
    assert not lab.ledger.steps.finish(_done(lab, id))
    assert [step.decision for step in lab.ledger.steps.of("r1", id)] == ["go"]


def test_visits_are_apart_and_in_order(lab: Lab) -> None:
    id = lab.start()
    for node, visit in (("pi", 1), ("reviewer", 1), ("pi", 2)):
        lab.ledger.steps.begin("r1", id, node, visit)
    found = [(step.node, step.visit) for step in lab.ledger.steps.of("r1", id)]
    assert found == [("pi", 1), ("reviewer", 1), ("pi", 2)]


def test_the_event_of_a_step_carries_its_headline(lab: Lab) -> None:
    id = lab.start()
    lab.ledger.steps.finish(replace(_done(lab, id), note="# Wider\n" + "long " * 1000))
    event = lab.ledger.tail.last(1)[0]
    assert event.model_dump()["headline"] == "Wider"
