"""What was paid before an answer failed is on the record, and counts against the budget."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import TinyLab

FAILING = """\
import time
from orgloop.engines.protocol import Answer, Outcome
from orgloop.errors import EngineError, EngineOutage
from orgloop.usage import Usage

class Mind:
    label, reads_brief, asked = "mind", False, 0
    async def think(self, request):
        self.asked += 1
        paid = Usage(input_tokens=100, cached_tokens=40, output_tokens=10, cost_usd=0.5)
        FAILURE
        return Answer(note="Done.", outcome=Outcome.PASS, edits=put(request, A=1.0), usage=paid)

engine = Mind()
"""


def failing(code: str) -> str:
    return FAILING.replace("FAILURE", code)


def test_a_failure_is_charged_to_the_step_and_the_run(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(failing("raise EngineError('No.', usage=paid)"))
    summary = lab.run(experiments=1)
    step = lab.steps("e0001")[0]
    assert (step.input_tokens, step.cached_tokens, step.output_tokens) == (100, 40, 10)
    assert (summary.tokens, summary.cost_usd) == (110, 0.5)


def test_what_was_paid_before_an_outage_is_charged_with_the_answer(
    tiny: Callable[..., TinyLab],
) -> None:
    outage = "raise EngineOutage('Down.', until=time.time() - 0.9, usage=paid)"
    lab = tiny(failing(f"if self.asked == 1: {outage}"))
    summary = lab.run(experiments=1)
    assert (summary.kept, summary.tokens, summary.cost_usd) == (1, 220, 1.0)
