from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from orgloop import events


def test_every_public_name_loads() -> None:
    for name in events.__all__:
        assert getattr(events, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        events.Nonsense  # noqa: B018


def test_the_package_costs_no_pydantic_until_an_event_is_used() -> None:
    script = "import sys, orgloop.events; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_events_are_frozen_and_take_no_unknown_fields() -> None:
    event = events.Notice(at=1.0, text="x")
    with pytest.raises(ValidationError):
        event.text = "y"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        events.Notice(at=1.0, text="x", volume=11)  # type: ignore[call-arg]


def test_a_stored_event_comes_back_as_it_was() -> None:
    event = events.StepFinished(
        id=4, at=1.5, run="r1", experiment="e0001", node="pi", visit=2, decision="go", tokens=7
    )
    body = event.model_dump_json(exclude={"id", "at", "run", "experiment"}, exclude_defaults=True)
    assert events.read(4, 1.5, "r1", "e0001", "step_finished", body) == event


@pytest.mark.parametrize(
    ("kind", "body"),
    [("notice", "[]"), ("notice", "{"), ("notice", '{"text": 3}'), ("new", "{}"), ("unknown", "1")],
)
def test_what_cannot_be_read_is_unknown_and_never_a_failure(kind: str, body: str) -> None:
    event = events.read(1, 1.0, None, None, kind, body)
    assert isinstance(event, events.Unknown) and event.kind == kind
