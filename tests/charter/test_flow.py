from __future__ import annotations

import pytest

from orgloop.charter import Flow
from orgloop.charter.mermaid import parse_mermaid
from orgloop.problems import Problems

CLASSIC = """\
flowchart LR
    pi --> experimenter --> reviewer
    reviewer -- approve --> bench
    reviewer -- revise --> experimenter
    bench -- measured --> critic
    bench -- crashed --> discard
    critic -- keep --> keep
    critic -- discard --> discard
"""


def flow_of(text: str) -> Flow:
    flow = parse_mermaid(text, "chart", 1, Problems())
    assert flow is not None
    return flow


def test_labels_are_the_decisions_in_the_order_of_the_chart() -> None:
    flow = flow_of(CLASSIC)

    assert flow.labels("reviewer") == ("approve", "revise")
    assert flow.labels("pi") == ()
    assert flow.roles() == ("pi", "experimenter", "reviewer", "critic")


def test_a_decision_leads_where_its_arrow_does() -> None:
    flow = flow_of(CLASSIC)

    assert flow.target("reviewer", "revise") == "experimenter"
    assert flow.target("pi", None) == "experimenter"
    with pytest.raises(KeyError):
        flow.target("reviewer", "reject")


def test_a_bench_without_an_arrow_for_stale_discards_what_went_stale() -> None:
    assert flow_of(CLASSIC).target("bench", "stale") == "discard"


def test_a_bench_with_one_plain_arrow_sends_along_it_only_what_was_measured() -> None:
    flow = flow_of("flowchart LR\n    solo --> bench --> keep")

    assert flow.target("bench", "measured") == "keep"
    assert flow.target("bench", "crashed") == "discard"


def test_distance_to_keep_counts_arrows_and_is_none_where_there_is_no_way() -> None:
    flow = flow_of(CLASSIC)

    assert [flow.distance_to_keep(node) for node in flow.nodes] == [5, 4, 3, 2, 1, None, 0]


def test_lines_are_no_part_of_what_a_flow_is() -> None:
    assert flow_of(CLASSIC) == flow_of("\n\n" + CLASSIC)


def test_nodes_keep_their_order_when_printed_although_arrows_name_them_in_another() -> None:
    flow = flow_of("flowchart TD\n    b[Text]\n    a\n    a --> b")

    assert flow_of(flow.to_mermaid()) == flow
    assert flow.entry == "b"
