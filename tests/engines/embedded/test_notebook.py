"""The librarian and the meeting, which write from the same outline."""

from dataclasses import replace

import pytest

from orgloop.engines import Engine, Evidence, Request
from orgloop.engines.embedded.agenda import Agenda
from orgloop.engines.embedded.notebook import Notebook
from orgloop.engines.protocol import Json, Trial
from orgloop.errors import EngineError
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role
from orgloop.testing.sample import HOME, sample_evidence, sample_files


def trial(
    number: int, value: float | None, status: str, name: str, to: Json, was: Json = None
) -> Trial:
    key = f"train.py:{name}"
    replaced = {key: HOME[key] if was is None else was}
    return Trial(f"e{number:04}", {**HOME, key: to}, value, status, replaced=replaced)


RUN = sample_evidence(
    trial(1, 1.0, "keep", "LEARNING_RATE", 1e-3, was=5e-4),
    trial(2, 1.2, "discard", "WIDTH", 32),
    trial(3, 1.3, "discard", "WIDTH", 128),
    trial(4, 1.4, "discard", "WIDTH", 256),
    trial(5, None, "crash", "DEPTH", 32),
    trial(6, 0.99, "discard", "WEIGHT_DECAY", 0.02),
    trial(7, 0.99, "discard", "WEIGHT_DECAY", 0.03),
)


def request(evidence: Evidence = RUN) -> Request:
    return a_request(files=sample_files(), role=a_role("librarian"), evidence=evidence)


class TestNotebook(EngineSuite):
    def engine(self) -> Engine:
        return Notebook()

    def requests(self) -> list[Request]:
        return [request(), request(sample_evidence())]


class TestAgenda(EngineSuite):
    def engine(self) -> Engine:
        return Agenda()

    def requests(self) -> list[Request]:
        return [request(), request(sample_evidence())]


async def test_each_finding_stands_under_its_heading_with_its_experiment() -> None:
    note = (await Notebook().think(request())).note
    assert note.startswith("The notebook after 7 experiments.")
    sections = dict(part.split("**\n\n", 1) for part in note.split("\n\n**")[1:])
    assert "`LEARNING_RATE` 0.0005 -> 0.001" in sections["What helped"]
    assert "`WEIGHT_DECAY` 0.01 -> 0.02: +0.01 (e0006)" in sections["Near misses"]
    assert sections["What did not help"].startswith("- `WIDTH` (now 64) has been tried 3 times")
    assert "`DEPTH` 4 -> 32: crashed (e0005)" in sections["What crashed"]
    assert sections["Not tried yet"] == "- `USE_NESTEROV`, now False"


async def test_an_empty_record_makes_a_short_notebook() -> None:
    note = (await Notebook().think(request(sample_evidence()))).note
    assert "What helped" not in note and "Not tried yet" in note


async def test_a_meeting_resolves_what_to_go_on_with_and_what_to_leave() -> None:
    note = (await Agenda().think(request())).note
    assert note.startswith("Go on with `LEARNING_RATE`")
    assert "Join near misses: e0006, e0007" in note
    assert "Leave `WIDTH` alone" in note
    assert "Look at `USE_NESTEROV`: never tried." in note


async def test_a_drought_comes_first_on_the_agenda() -> None:
    note = (await Agenda().think(request(replace(RUN, streak=9)))).note
    assert note.startswith("Nothing was kept in the last 9 experiments: take larger steps")


async def test_with_nothing_to_tune_they_say_so() -> None:
    bare = a_request(files={"train.py": 'print("loss: 1")\n'})
    for engine in (Notebook(), Agenda()):
        with pytest.raises(EngineError):
            await engine.think(bare)
