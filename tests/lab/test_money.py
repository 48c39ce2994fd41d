"""A budget of tokens or dollars ends a run before it is overdrawn, and a larger one goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.errors import UserError

from .conftest import TinyLab

MIND = """\
import asyncio
from orgloop.engines.protocol import Answer, Outcome
from orgloop.usage import Usage

class Mind:
    label, reads_brief = "LABEL", True
    allowed = []
    async def think(self, request):
        await asyncio.sleep(0.01)
        self.allowed.append(request.allowance)
        edits = put(request, A=float(number(request)))
        paid = Usage(input_tokens=900, cached_tokens=300, output_tokens=100, cost_usd=COST)
        return Answer(note="Done.", outcome=Outcome.PASS, edits=edits, usage=paid)

engine = Mind()
"""
FAST = """\
---
name: solo
model: python:MINDS:engine
accept: greedy
---
```mermaid
flowchart LR
    worker --> bench
    bench -- measured --> critic
    critic --> keep
    bench -- crashed --> discard
```
"""
CRITIC = "---\nname: critic\ndescription: Looks.\ntools: Read\n---\nLook.\n"
PRICED = '["tiny:*"]\ninput = 1000\ncached = 0\noutput = 4000\n'
"""A dollar for an answer of MIND: 600 at 1000, 300 for nothing, 100 at 4000."""


def lab_of(tiny: Callable[..., TinyLab], cost: str, label: str = "mind", slots: int = 2) -> TinyLab:
    minds = MIND.replace("COST", cost).replace("LABEL", label)
    lab = tiny(minds, charter=FAST, critic=CRITIC)
    if slots != 1:
        task = (lab.root / "task.md").read_text().replace("slots: 1", f"slots: {slots}")
        lab.write("task.md", task)
        lab.commit()
    return lab


def test_a_run_ends_before_its_dollars_are_overdrawn_and_goes_on_with_more(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = lab_of(tiny, "0.125")
    first = lab.run(usd=1.1)
    assert first.state == "finished" and first.reason.startswith("The budget of dollars is used up")
    assert 0.75 <= first.cost_usd <= 1.1
    assert first.experiments >= 3

    second = lab.run(usd=2.0)
    assert second.run == first.run and first.cost_usd < second.cost_usd <= 2.0
    assert second.experiments > first.experiments
    with lab.ledger() as ledger:
        running = [row.id for row in ledger.experiments.running("r1")]
        assert len(running) == second.running
        told = [event.model_dump().get("text", "") for event in ledger.tail.last(500)]
    assert any("80% of the budget of $2.00 is used" in text for text in told)


def test_a_budget_of_tokens_is_kept_too(tiny: Callable[..., TinyLab]) -> None:
    summary = lab_of(tiny, "None").run(tokens=9_000)
    assert summary.reason.startswith("The budget of tokens is used up")
    assert 5_000 <= summary.tokens <= 9_000
    assert summary.cost_usd == 0 and summary.unpriced_tokens == summary.tokens


def test_what_an_engine_may_use_is_in_its_request(tiny: Callable[..., TinyLab]) -> None:
    lab = lab_of(tiny, "0.125", slots=1)
    lab.run(usd=2.0, experiments=2)
    engine = __import__(lab.module).engine
    assert all(one.tokens is None and 0 < one.usd <= 2.0 for one in engine.allowed)
    engine.allowed.clear()
    lab.run(new=True, experiments=1)
    assert engine.allowed == [None, None]


def test_a_budget_that_pays_for_nothing_asks_nobody(tiny: Callable[..., TinyLab]) -> None:
    lab = lab_of(tiny, "0.125")
    lab.run(usd=0.9)
    before = lab.run(usd=0.9).cost_usd
    assert lab.run(usd=0.95).cost_usd == before <= 0.9


def test_answers_without_a_cost_are_priced_by_the_table(
    tiny: Callable[..., TinyLab], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = lab_of(tiny, "None", label="tiny:model")
    unknown = lab.run(experiments=1)
    assert (unknown.cost_usd, unknown.unpriced_tokens) == (0.0, 2000)

    (lab.minds_dir / "prices.toml").write_text(PRICED)
    monkeypatch.setenv("ORGLOOP_PRICES", str(lab.minds_dir / "prices.toml"))
    known = lab.run(experiments=2)
    assert (known.cost_usd, known.unpriced_tokens) == (pytest.approx(4.0), 0)


def test_dollars_nobody_can_count_end_a_run_that_is_bounded_by_them(
    tiny: Callable[..., TinyLab],
) -> None:
    summary = lab_of(tiny, "None", label="nowhere:model", slots=1).run(usd=5.0)
    assert "`nowhere:model` costs is not known" in summary.reason
    assert summary.tokens == 1000


def test_a_chat_model_without_a_price_is_refused_under_a_budget_of_dollars(
    tiny: Callable[..., TinyLab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgloop.lab.session.model_problems", lambda *_, **__: [])
    with pytest.raises(UserError, match="`openai:not-listed` costs is not known") as raised:
        lab_of(tiny, "None").run(usd=5.0, model="openai:not-listed")
    assert "prices.toml" in raised.value.hint
