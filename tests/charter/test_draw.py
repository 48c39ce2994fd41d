from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.charter import Edge, Flow
from orgloop.charter.canvas import text_width
from orgloop.charter.draw import draw, drawing_text
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


def test_the_classic_chart_looks_like_this() -> None:
    assert drawing_text(draw(flow_of(CLASSIC), width=80)) == (
        """\
╭────╮    ╭──────────────╮    ╭──────────╮            ╔═══════╗
│ pi │───▶│ experimenter │───▶│ reviewer │─ approve ─▶║ bench ║─ measured ──
╰────╯    ╰──────────────╯    ╰──────────╯            ╚═══════╝

    ╭────────╮            ╔═════════╗
───▶│ critic │┬ keep ────▶║  keep   ║
    ╰────────╯│           ╚═════════╝
              │           ╔═════════╗
              └ discard ─▶║ discard ║
                          ╚═════════╝

and:
  reviewer -- revise --> experimenter
  bench -- crashed --> discard
"""
    )


def test_a_terminal_without_boxes_gets_plain_characters() -> None:
    drawing = draw(flow_of("flowchart LR\n    solo --> bench --> keep"), width=60)
    text = drawing_text(drawing, ascii_only=True)

    assert text.isascii()
    assert "| solo |--->| bench |--->| keep |" in text.replace("#", "|")


def test_a_box_is_where_the_drawing_says_it_is() -> None:
    drawing = draw(flow_of(CLASSIC), width=80, room=2)

    for node, place in drawing.places.items():
        row = drawing.lines[place.y + 1]
        assert node in row[place.x : place.x + place.width]
        assert place.height == 5


def test_a_terminal_too_narrow_for_boxes_gets_the_list() -> None:
    flow = flow_of(CLASSIC)
    drawing = draw(flow, width=20)

    assert drawing.lines == ()
    assert drawing.listed == flow.edges


def test_wide_characters_count_twice() -> None:
    drawing = draw(flow_of("flowchart LR\n    日本 --> bench --> keep"), width=60)

    assert len({text_width(line) for line in drawing.lines}) == 1


NAMES = st.sampled_from(["a", "b2", "critic", "bench", "keep", "discard", "日本", "n" * 60])
LABELS = st.one_of(st.none(), st.sampled_from(["yes", "no", "a long decision to take"]))


@given(
    st.lists(st.tuples(NAMES, LABELS, NAMES), min_size=1, max_size=14),
    st.integers(0, 120),
)
def test_every_chart_fits_its_width_and_loses_no_arrow(
    arrows: list[tuple[str, str | None, str]], width: int
) -> None:
    nodes = dict.fromkeys(name for source, _, target in arrows for name in (source, target))
    edges = tuple(Edge(*arrow) for arrow in arrows)
    flow = Flow({node: node for node in nodes}, edges, next(iter(nodes)))

    drawing = draw(flow, width=width)

    assert all(text_width(line) <= width for line in drawing.lines)
    heads = sum(line.count("▶") for line in drawing.lines)
    drawn = len(edges) - len(drawing.listed)
    assert heads <= drawn
    assert all(edge in edges for edge in drawing.listed)
    assert not drawing.places or drawing.places.keys() == nodes.keys()


@pytest.mark.parametrize("character", ["é", "日", "x"])
def test_widths_are_those_of_a_terminal(character: str) -> None:
    wide = unicodedata.east_asian_width(character) == "W"

    assert text_width(character) == 1 + wide
