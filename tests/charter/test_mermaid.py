from __future__ import annotations

import json
from pathlib import Path

import pytest

from orgloop.charter import Flow
from orgloop.charter.mermaid import parse_mermaid
from orgloop.problems import Problems

VERDICTS = json.loads(
    (Path(__file__).parent / "mermaid_verdicts.json").read_text(encoding="utf-8")
)["charts"]
"""What Mermaid itself made of some hundred charts, most of them mutated: its nodes and edges, or
its refusal. Recorded once, since it takes Node and a browser's DOM to ask."""


def parsed(text: str) -> Flow:
    problems = Problems()
    flow = parse_mermaid(text, "chart", 1, problems)
    assert flow is not None, list(map(str, problems))
    return flow


def refusal(text: str) -> str:
    problems = Problems()
    assert parse_mermaid(text, "chart", 1, problems) is None
    (problem,) = problems
    assert problem.hint
    return f"{problem.line}: {problem.message}"


def edges(flow: Flow) -> list[tuple[str, str | None, str]]:
    return [(edge.source, edge.label, edge.target) for edge in flow.edges]


def test_nothing_that_mermaid_rejects_is_accepted_and_the_rest_reads_the_same() -> None:
    accepted = 0
    for verdict in VERDICTS:
        flow = parse_mermaid(verdict["chart"], "chart", 1, Problems())
        if flow is None:
            continue
        accepted += 1
        assert "rejected" not in verdict, verdict["chart"]
        assert verdict["plain"], verdict["chart"]
        assert dict(flow.nodes) == verdict["nodes"], verdict["chart"]
        assert edges(flow) == [tuple(edge) for edge in verdict["edges"]], verdict["chart"]
    assert accepted > 40


def test_what_is_accepted_prints_as_a_chart_that_parses_to_the_same_flow() -> None:
    for verdict in VERDICTS:
        flow = parse_mermaid(verdict["chart"], "chart", 1, Problems())
        if flow is not None:
            assert parsed(flow.to_mermaid()) == flow


def test_a_chain_makes_an_arrow_between_each_two_neighbours() -> None:
    flow = parsed("flowchart LR\n    a --> b -- yes --> c --->|no| d")

    assert edges(flow) == [("a", None, "b"), ("b", "yes", "c"), ("c", "no", "d")]
    assert flow.entry == "a"


def test_an_ampersand_abbreviates_several_arrows() -> None:
    assert edges(parsed("graph TD\na & b --> c & d")) == [
        ("a", None, "c"),
        ("a", None, "d"),
        ("b", None, "c"),
        ("b", None, "d"),
    ]


@pytest.mark.parametrize("shape", ["[Some text]", "(Some text)", "{Some text}", '["Some text"]'])
def test_a_node_may_have_a_text(shape: str) -> None:
    flow = parsed(f"flowchart LR\n    a{shape} --> b")

    assert dict(flow.nodes) == {"a": "Some text", "b": "b"}


def test_quoted_text_may_hold_brackets() -> None:
    assert parsed('flowchart LR\na["x (y)"] --> b').nodes["a"] == "x (y)"


def test_comments_blank_lines_semicolons_tabs_and_styles_change_nothing() -> None:
    plain = parsed("flowchart LR\n    a --> b")
    dressed = parsed(
        "\n%% before\nflowchart LR;\n\n\ta --> b ;\n  %% after\n"
        "  classDef red fill:#f00,stroke:#333\n  style a fill:#f9f,stroke-width:4px\n"
    )

    assert dressed == plain


def test_ids_may_hold_hyphens_digits_and_letters_of_other_scripts() -> None:
    assert list(parsed("flowchart LR\nco-pi_2 --> 日本 --> Müller").nodes) == [
        "co-pi_2",
        "日本",
        "Müller",
    ]


def test_every_line_that_is_refused_is_a_problem_of_its_own() -> None:
    problems = Problems()
    text = "flowchart LR\n    a --- b\n    a --> b\n    a ==> c\n    subgraph x"

    assert parse_mermaid(text, "chart", 11, problems) is None
    assert [problem.line for problem in problems] == [12, 14, 15]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a --> b %% why", "A comment must have a line of its own"),
        ("a --> b; b --> c", "two statements"),
        ("%%", "empty comment"),
        ("a -->|y|  b", "no more than one space"),
        ("a -- x -->|y| b", "two labels"),
        ("a -->|y b", "has no end"),
        ("a --x--> b", "circle or a cross"),
        ("a --yes--> b", "space on each side"),
        ("a <--> b", "two heads"),
        ("a ~~~ b", "Invisible"),
        ("a@{shape: rect} --> b", "shapes"),
        ("e1@--> b", "Ids of arrows"),
        ("a:::red --> b", "classes"),
        ("a&b --> c", "`&` needs a space"),
        ("a[[x]] --> b", "shape"),
        ("a[x --> b", "no `]`"),
        ("click a href", "clicks"),
        ("direction TD", "header"),
        ("linkStyle 0 stroke:red", "linkStyle"),
        ("style q fill:#fff", "not in the chart"),
        ("classDef", "style"),
        ("the-end --> b", "Mermaid reads `end`"),
        ("x --> b", "Mermaid reads `x`"),
        ("a -- <b> --> b", "label"),
    ],
)
def test_what_is_not_taken_says_what_it_is(line: str, said: str) -> None:
    problems = Problems()

    assert parse_mermaid(f"flowchart LR\n    b --> c\n    {line}", "c", 1, problems) is None
    (problem,) = problems
    assert said in f"{problem.message} {problem.hint}"
    assert problem.line == 3


def test_a_header_needs_a_direction() -> None:
    assert refusal("flowchart\na --> b").startswith("1: The header")
    assert refusal("flowchart lr\na --> b").startswith("1: The header")
