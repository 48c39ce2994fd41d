from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orgloop.ledger import Ledger, ProblemRow

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_a_command_from_another_process_is_answered_once(lab: Lab) -> None:
    with Ledger.open(lab.ledger.path) as other:
        id = other.commands.ask("stop", {"now": True}, run="r1")
        waiting = lab.ledger.commands.pending()
        assert [(row.id, row.verb, row.args) for row in waiting] == [(id, "stop", {"now": True})]
        assert lab.ledger.commands.answer(id, "done", "stopping")
        assert not lab.ledger.commands.answer(id, "refused")
        row = other.commands.get(id)
        assert row is not None and (row.state, row.answer) == ("done", "stopping")
    assert lab.ledger.commands.pending() == []


def test_an_answer_is_done_or_refused(lab: Lab) -> None:
    with pytest.raises(ValueError, match="no answer"):
        lab.ledger.commands.answer(1, "perhaps")


def test_a_message_is_read_by_the_role_it_is_for_and_once(lab: Lab) -> None:
    messages = lab.ledger.messages
    for_pi = messages.tell("try a smaller context", "pi")
    for_all = messages.tell("be bold")
    assert [row.id for row in messages.unread("critic")] == [for_all]
    assert [row.id for row in messages.hold("pi", "r1", "e0001", 1)] == [for_pi, for_all]
    assert messages.hold("critic", "r1", "e0001", 1) == []
    assert messages.settle("pi", "r1", "e0001", 1, answered=True) == 2
    assert messages.settle("pi", "r1", "e0001", 1, answered=True) == 0
    assert messages.unread("pi") == messages.unread("critic") == []
    assert {(row.read_by, row.read_at) for row in messages.last()} == {
        ("pi in e0001", lab.clock.now)
    }
    assert [row.name for row in messages.read_in("r1", "e0001")] == ["m1", "m2"]
    assert list(messages.read_during("r1")) == ["e0001"]
    read = [event for event in lab.ledger.tail.after(0) if event.kind == "message_read"]
    assert len(read) == 2


def test_a_message_waits_for_the_next_reader_where_the_first_could_not_answer(lab: Lab) -> None:
    messages = lab.ledger.messages
    messages.tell("be bold")
    assert messages.hold("pi", "r1", "e0001", 1)
    assert messages.settle("pi", "r1", "e0001", 1, answered=False) == 0
    assert [row.text for row in messages.hold("critic", "r1", "e0002", 1)] == ["be bold"]


def test_a_step_that_is_entered_again_finds_what_it_held(lab: Lab) -> None:
    messages = lab.ledger.messages
    messages.tell("be bold")
    assert messages.hold("pi", "r1", "e0001", 1) == messages.hold("pi", "r1", "e0001", 1) != []


def test_what_a_run_held_that_is_over_is_free_for_the_next(lab: Lab) -> None:
    messages = lab.ledger.messages
    messages.tell("be bold")
    assert messages.hold("pi", "r1", "e0001", 1) and messages.hold("pi", "r2", "e0001", 1)


def test_a_brief_shows_the_oldest_messages_and_leaves_the_rest_for_the_next(lab: Lab) -> None:
    messages = lab.ledger.messages
    for number in range(7):
        messages.tell(f"number {number}")
    shown = messages.hold("pi", "r1", "e0001", 1)
    assert [row.text for row in shown] == [f"number {number}" for number in range(5)]
    assert len(messages.hold("critic", "r1", "e0001", 1)) == 2


def test_problems_are_what_is_wrong_now_and_events_what_changed(lab: Lab) -> None:
    problems = lab.ledger.problems
    first = ProblemRow("roles/pi.md", "unknown key", line=3, key="org.x", hint="Did you mean y?")
    second = ProblemRow("org/charter.md", "no arrow")
    problems.replace("r1", [first])
    lab.clock.now += 60
    problems.replace("r1", [first, second])
    since = {row.path: row.since for row in problems.open("r1")}
    assert since["org/charter.md"] - since["roles/pi.md"] == 60
    newest = lab.ledger.tail.newest()
    problems.replace("r1", [second, first])
    assert lab.ledger.tail.newest() == newest
    problems.replace("r1", [second])
    assert [event.kind for event in lab.ledger.tail.after(newest)] == ["problem_cleared"]
    assert [row.path for row in problems.open("r1")] == ["org/charter.md"]


def test_a_path_that_is_not_unicode_can_be_a_problem(lab: Lab) -> None:
    lab.ledger.problems.replace("r1", [ProblemRow("roles/\udcff.md", "not UTF-8")])
    assert [row.path for row in lab.ledger.problems.open("r1")] == ["roles/?.md"]
