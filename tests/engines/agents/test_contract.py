import json

import pytest

from orgloop.engines.agents.client import Heard
from orgloop.engines.agents.contract import (
    Unusable,
    last_object,
    once_more,
    prompt_for,
    read_answer,
    schema_for,
)
from orgloop.testing.requests import a_request

LABELS = ("approve", "revise")


def test_the_schema_knows_the_labels_and_nothing_beyond() -> None:
    schema = schema_for(LABELS)
    assert schema["properties"]["decision"]["enum"] == ["approve", "revise"]
    assert schema["required"] == ["note", "title", "decision"]
    assert schema["additionalProperties"] is False
    assert "decision" not in schema_for(())["properties"]


def test_the_prompt_is_the_brief_and_says_how_to_answer() -> None:
    said = prompt_for(a_request(files={}, decisions=LABELS))
    assert said.startswith("You are a role of a sample.\n")
    assert "`decision` is one of: `approve`, `revise`." in said
    assert "`decision`" not in prompt_for(a_request(files={}))


@pytest.mark.parametrize(
    "text",
    [
        '{"note": "Good.", "title": "", "decision": "approve"}',
        'I did it.\n```json\n{"note": "Good.", "decision": "approve"}\n```\n',
        'First {"note": "Bad."}, then {"note": "Good.", "decision": "approve"} at last.',
        'A set {x} and {"note": "Good.", "decision": "approve", "more": {"note": "inner"}}',
    ],
)
def test_the_answer_is_the_last_object_of_what_was_said(text: str) -> None:
    said = read_answer(Heard(text=text), LABELS)
    assert (said.note, said.decision, said.title) == ("Good.", "approve", None)


def test_an_answer_that_the_client_brings_itself_goes_before_its_text() -> None:
    heard = Heard(text="{}", answer={"note": "Good.", "title": "A\n title", "decision": "revise"})
    said = read_answer(heard, LABELS)
    assert (said.decision, said.title) == ("revise", "A title")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I am done.", "no JSON object"),
        ('{"note": ""}', "`note`"),
        ('{"note": 5, "decision": "approve"}', "`note`"),
        ('{"note": "Good."}', "`decision` was null, and not one of `approve`, `revise`"),
        ('{"note": "Good.", "decision": "keep"}', '`decision` was "keep"'),
        ('{"note": "Good.", "decision": ["approve"]}', "`decision`"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(Unusable, match=why.replace("[", r"\[")):
        read_answer(Heard(text=text), LABELS)


def test_a_decision_that_nobody_asked_for_is_left_out() -> None:
    assert read_answer(Heard(text='{"note": "Good.", "decision": "keep"}'), ()).decision is None


def test_asking_once_more_says_what_was_wrong() -> None:
    said = once_more("`note` was missing or empty.", LABELS)
    assert "`note` was missing" in said
    assert json.loads(said.partition("```json\n")[2].partition("\n```")[0])["note"] == "..."


def test_unclosed_braces_are_no_object() -> None:
    assert last_object("{" * 5000) is None
