"""From an answer to an arrow."""

from __future__ import annotations

import pytest

from orgloop.charter import Edge, Flow
from orgloop.engines.protocol import Answer, Outcome
from orgloop.errors import EngineError
from orgloop.graph.decide import arrow_for, arrow_of


def flow(*edges: tuple[str, str | None, str]) -> Flow:
    nodes = dict.fromkeys(node for source, _, target in edges for node in (source, target))
    return Flow(
        nodes={node: node for node in nodes},
        edges=tuple(Edge(*edge) for edge in edges),
        entry=edges[0][0],
    )


CLASSIC = flow(
    ("pi", None, "experimenter"),
    ("experimenter", None, "reviewer"),
    ("reviewer", "approve", "bench"),
    ("reviewer", "revise", "experimenter"),
    ("reviewer", "reject", "discard"),
    ("bench", "measured", "critic"),
    ("bench", "crashed", "discard"),
    ("critic", "replicate", "bench"),
    ("critic", "keep", "keep"),
    ("critic", "discard", "discard"),
)


@pytest.mark.parametrize(
    ("node", "outcome", "label"),
    [
        ("reviewer", Outcome.PASS, "approve"),
        ("reviewer", Outcome.REVISE, "revise"),
        ("reviewer", Outcome.FAIL, "reject"),
        ("critic", Outcome.PASS, "keep"),
        ("critic", Outcome.REVISE, "replicate"),
        ("critic", Outcome.FAIL, "discard"),
    ],
)
def test_an_outcome_follows_where_arrows_lead(node: str, outcome: Outcome, label: str) -> None:
    assert arrow_for(CLASSIC, node, outcome) == label


def test_the_spelling_of_a_label_does_not_matter() -> None:
    renamed = flow(
        ("a", None, "judge"),
        ("judge", "reject", "bench"),
        ("judge", "approve", "discard"),
        ("bench", "measured", "keep"),
        ("bench", "crashed", "discard"),
    )
    assert arrow_for(renamed, "judge", Outcome.PASS) == "reject"
    assert arrow_for(renamed, "judge", Outcome.FAIL) == "approve"


def test_of_two_ways_forward_the_shorter_is_taken() -> None:
    two = flow(
        ("triage", "slow", "reviewer"),
        ("triage", "fast", "bench"),
        ("reviewer", None, "bench"),
        ("bench", "measured", "keep"),
    )
    assert arrow_for(two, "triage", Outcome.PASS) == "fast"


def test_without_a_way_back_revise_becomes_the_way_out() -> None:
    strict = flow(
        ("reviewer", "yes", "bench"), ("reviewer", "no", "discard"), ("bench", "measured", "keep")
    )
    assert arrow_for(strict, "reviewer", Outcome.REVISE) == "no"


def test_a_decision_is_taken_as_it_is_said() -> None:
    assert arrow_of(CLASSIC, "reviewer", Answer("fine", decision="revise")) == "revise"


def test_a_node_with_one_unlabelled_arrow_has_nothing_to_decide() -> None:
    assert arrow_of(CLASSIC, "pi", Answer("a plan", outcome=Outcome.FAIL)) is None


def test_a_decision_that_is_no_arrow_names_the_nearest() -> None:
    with pytest.raises(EngineError, match="which is no arrow") as caught:
        arrow_of(CLASSIC, "reviewer", Answer("fine", decision="aprove"))
    assert "approve" in caught.value.hint


def test_no_decision_where_one_is_due_is_an_error() -> None:
    with pytest.raises(EngineError, match="gave no decision"):
        arrow_of(CLASSIC, "critic", Answer("hm"))
