"""A person as an engine, without a lab around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from orgloop.engines.human import Human
from orgloop.engines.protocol import Engine, Request
from orgloop.errors import EngineError
from orgloop.people import NotAnswered, Reply
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request


@dataclass
class Quick:
    """Somebody who answers at once, with the first decision that there is."""

    answers: bool = True

    async def ask(self, text: str, *, decisions: tuple[str, ...], may_edit: bool) -> Reply:
        if not self.answers:
            raise NotAnswered
        edits = {"train.py": b"LR = 2\n"} if may_edit else {}
        return Reply(decisions[0] if decisions else None, f"Read: {text}", "A title", edits, "ada")


class TestHuman(EngineSuite):
    def engine(self) -> Engine:
        return Human()

    def requests(self) -> Sequence[Request]:
        return [replace(request, people=Quick()) for request in super().requests()]


async def test_what_the_person_says_is_the_answer() -> None:
    request = a_request(files={"train.py": "LR = 1\n"}, decisions=("approve", "reject"))
    answer = await Human().think(replace(request, people=Quick()))
    assert answer.note == "Read: You are a role of a sample."
    assert (answer.decision, answer.title, answer.data) == ("approve", "A title", {"by": "ada"})
    assert answer.edits == {"train.py": b"LR = 2\n"}


async def test_that_nobody_has_answered_is_passed_on() -> None:
    request = replace(a_request(files={}), people=Quick(answers=False))
    with pytest.raises(NotAnswered):
        await Human().think(request)


async def test_without_anybody_to_ask_it_is_an_error() -> None:
    with pytest.raises(EngineError, match="nobody to ask"):
        await Human().think(a_request(files={}))
