from collections.abc import Sequence
from dataclasses import replace

import pytest

from orgloop.engines import Engine, Outcome, PastStep, Request, Verdict
from orgloop.engines.embedded.statistician import AGAIN, Statistician
from orgloop.errors import EngineError
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role
from orgloop.testing.sample import sample_evidence, sample_files


def measured(
    gain: float,
    error: float | None,
    outcome: str = "better",
    *,
    asked: int = 0,
    noise: float | None = 0.01,
) -> Request:
    verdict = Verdict(outcome, 1.0 - gain, 0.004, "It is likely.", gain, error)
    again: Sequence[PastStep] = [
        PastStep("statistician", "replicate", "Once more.", {"outcome": "revise"})
    ] * asked
    return a_request(
        files=sample_files(),
        role=a_role("statistician"),
        decisions=("sound", "replicate", "unsound"),
        history=again,
        evidence=replace(sample_evidence(), verdict=verdict, noise_sd=noise),
    )


class TestStatistician(EngineSuite):
    def engine(self) -> Engine:
        return Statistician()

    def requests(self) -> list[Request]:
        return [measured(0.03, 0.01), measured(0.01, 0.01), measured(-0.1, 0.01, "worse")]


@pytest.mark.parametrize(
    ("gain", "error", "asked", "outcome"),
    [
        (0.021, 0.01, 0, Outcome.PASS),
        (0.019, 0.01, 0, Outcome.REVISE),
        (0.019, 0.01, AGAIN, Outcome.FAIL),
        (0.0001, 0.0, 0, Outcome.PASS),
    ],
)
async def test_a_gain_has_to_stand_clear_of_its_error(
    gain: float, error: float, asked: int, outcome: Outcome
) -> None:
    assert (await Statistician().think(measured(gain, error, asked=asked))).outcome is outcome


async def test_what_the_referee_does_not_support_is_no_matter_of_clearness() -> None:
    assert (await Statistician().think(measured(0.1, 0.01, "worse"))).outcome is Outcome.FAIL
    assert (await Statistician().think(measured(0.0, 0.01, "simpler"))).outcome is Outcome.PASS


async def test_where_noise_is_not_known_it_is_found_out_first() -> None:
    unknown = await Statistician().think(measured(0.1, None, noise=None))
    assert unknown.outcome is Outcome.REVISE
    assert "the noise is not known: measure once more" in unknown.note.splitlines()[0]
    # Under a rule that gives no error, that of its own measurements is taken.
    assert (await Statistician().think(measured(0.019, None, asked=1))).outcome is Outcome.PASS


async def test_the_note_has_the_ratio_first_and_the_lesson() -> None:
    answer = await Statistician().think(measured(0.015, 0.01))
    assert answer.note.startswith("A gain of +0.015, 1.5 times its standard error, where 2 are")
    assert "What it teaches:" in answer.note


async def test_before_a_measurement_there_is_nothing_to_say() -> None:
    with pytest.raises(EngineError, match="nothing has been measured yet"):
        await Statistician().think(a_request(files=sample_files(), decisions=("sound",)))
