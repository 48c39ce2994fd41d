"""What each answer cost, and where it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_a_call_counts_in_its_step_its_experiment_and_its_run(lab: Lab) -> None:
    id = lab.start()
    lab.ledger.steps.begin("r1", id, "pi", 1)
    lab.call(id)
    lab.call(id, seat=1, input_tokens=10, output_tokens=5, cached_tokens=0, cost_usd=0.25)
    step = lab.ledger.steps.get("r1", id, "pi", 1)
    row = lab.ledger.experiments.get("r1", id)
    counts = lab.ledger.runs.counts("r1")
    assert step is not None and row is not None
    assert (step.input_tokens, step.cached_tokens, step.output_tokens) == (110, 40, 25)
    assert (row.tokens, row.cost_usd) == (135, 0.75)
    assert (counts.tokens, counts.cached_tokens, counts.cost_usd) == (135, 40, 0.75)
    assert [call.seat for call in lab.ledger.calls.of("r1", id, "pi", 1)] == [0, 1]


def test_what_was_paid_before_a_lab_died_stays_paid(lab: Lab) -> None:
    id = lab.start()
    lab.ledger.steps.begin("r1", id, "pi", 1)
    lab.call(id, error="The server went away.")
    lab.call(id)  # asked again after the lab came back
    lab.step(id, "pi", "Try it.")
    event = lab.ledger.tail.last(1)[0].model_dump()
    assert (event["tokens"], event["cost_usd"]) == (240, 1.0)
    assert lab.ledger.runs.counts("r1").tokens == 240


def test_a_call_outside_the_flow_counts_for_the_run_alone(lab: Lab) -> None:
    lab.call("cadence", node="librarian", visit=3)
    assert lab.ledger.runs.counts("r1").tokens == 120


def test_an_unknown_cost_is_told_from_none_until_a_price_is_known(lab: Lab) -> None:
    id = lab.start()
    lab.ledger.steps.begin("r1", id, "pi", 1)
    lab.call(id)
    lab.call(id, cost_usd=None, model="openai:mine")
    counts = lab.ledger.runs.counts("r1")
    assert (counts.cost_usd, counts.unpriced_tokens) == (0.5, 120)
    assert lab.ledger.calls.unpriced_models("r1") == ["openai:mine"]

    assert lab.ledger.calls.reprice("r1", lambda call: None) == 0
    assert lab.ledger.calls.reprice("r1", lambda call: 1.5) == 1
    counts = lab.ledger.runs.counts("r1")
    row = lab.ledger.experiments.get("r1", id)
    step = lab.ledger.steps.get("r1", id, "pi", 1)
    assert row is not None and step is not None
    assert (counts.cost_usd, counts.unpriced_tokens) == (2.0, 0)
    assert (row.cost_usd, row.unpriced_tokens) == (2.0, 0)
    assert (step.cost_usd, step.unpriced_tokens) == (2.0, 0)
    assert lab.ledger.calls.reprice("r1", lambda call: 1.5) == 0


def test_the_dearest_calls_come_first(lab: Lab) -> None:
    id = lab.start()
    for node, cost in (("pi", 0.1), ("critic", 0.3), ("reviewer", None)):
        lab.call(id, node=node, cost_usd=cost)
    dearest = lab.ledger.calls.dearest("r1", 2)
    assert [call.node for call in dearest] == ["critic", "pi"]
    assert dearest[0].cost_usd == pytest.approx(0.3)
