from dataclasses import replace

import pytest

from orgloop.engines import Engine, Outcome, PastStep, Request, Verdict
from orgloop.engines.embedded.verdict import RefereeReader
from orgloop.errors import EngineError
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role
from orgloop.testing.sample import HOME, sample_evidence, sample_files, sample_trial

LR = "train.py:LEARNING_RATE"


def measured(outcome: str, value: float | None = 0.97, **changes: float) -> Request:
    params = {**HOME, **{f"train.py:{name}": new for name, new in changes.items()}}
    data = {"params": params, "changed": [f"train.py:{name}" for name in changes]}
    verdict = Verdict(outcome, value, 0.004, "Welch says p = 0.01.")
    return a_request(
        files=sample_files(),
        role=a_role("critic"),
        decisions=("keep", "replicate", "discard"),
        history=[PastStep("experimenter", None, "Try it.", data)] if changes else [],
        evidence=replace(
            sample_evidence(sample_trial(3, 0.98, LEARNING_RATE=2e-3)), verdict=verdict
        ),
    )


class TestReferee(EngineSuite):
    def engine(self) -> Engine:
        return RefereeReader()

    def requests(self) -> list[Request]:
        return [measured(word) for word in ("better", "worse", "unclear", "again", "spent")]


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("better", Outcome.PASS),
        ("worse", Outcome.FAIL),
        ("spent", Outcome.FAIL),
        ("unclear", Outcome.REVISE),
        ("again", Outcome.REVISE),
    ],
)
async def test_the_verdict_decides(verdict: str, outcome: Outcome) -> None:
    assert (await RefereeReader().think(measured(verdict))).outcome is outcome


async def test_the_note_weighs_the_effect_against_the_noise_and_says_what_it_teaches() -> None:
    answer = await RefereeReader().think(measured("better", LEARNING_RATE=2e-3))
    assert "a gain of +0.03, 3.0 times the noise of one measurement" in answer.note.splitlines()[0]
    assert "Welch says p = 0.01." in answer.note
    assert "`LEARNING_RATE` = 0.002 (also in e0003) gave a gain of +0.03." in answer.note
    assert "further the same way" in answer.note


async def test_changes_made_together_are_not_credited_alone() -> None:
    answer = await RefereeReader().think(measured("worse", 1.1, LEARNING_RATE=2e-3, WIDTH=96))
    assert "neither can be credited alone" in answer.note
    assert "the other way" in answer.note


async def test_code_that_changed_no_tunable_is_judged_too() -> None:
    answer = await RefereeReader().think(measured("spent", None))
    assert "no value to compare" in answer.note


async def test_without_a_measurement_there_is_nothing_to_say() -> None:
    request = replace(measured("better"), evidence=sample_evidence())
    with pytest.raises(EngineError, match="nothing has been measured") as caught:
        await RefereeReader().think(request)
    assert "bench" in caught.value.hint


async def test_a_verdict_of_another_language_is_an_error_and_no_guess() -> None:
    with pytest.raises(EngineError, match="`splendid`"):
        await RefereeReader().think(measured("splendid"))
