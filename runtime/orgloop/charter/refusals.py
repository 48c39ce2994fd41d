"""What Mermaid draws and the chart does not take: told by name, with what to write instead."""

from __future__ import annotations

import re

RESERVED = frozenset(
    {"end", "graph", "flowchart", "subgraph", "style", "linkstyle", "classdef", "class", "click"}
    | {"call", "href", "default", "interpolate", "direction", "acctitle", "accdescr"}
    | {"_self", "_blank", "_parent", "_top"}
)
"""Words that Mermaid reads as its own where a part of an id should be."""
ARROW_HEADS = frozenset({"x", "o", "v"})
"""Whole ids that Mermaid may take for the head of an arrow, or a direction."""

_STATEMENTS: tuple[tuple[str, str, str], ...] = (
    (r"%%$", "Mermaid takes an empty comment for a node.", "Write a word behind it, or remove it."),
    (r"%%\{", "Directives are not read here.", "Remove the line."),
    (r"subgraph\b", "Subgraphs are not read here.", "Write its nodes and arrows at the top level."),
    (r"end\s*;?\s*$", "`end` closes a subgraph, and there are none here.", "Remove the line."),
    (r"direction\b", "`direction` is not read here.", "Write it in the header: `flowchart LR`."),
    (r"click\b", "Links and clicks are not read here.", "Remove the line."),
    (r"class\b", "`class` is not read here.", "Remove the line; a chart needs no colours."),
    (r"linkStyle\b", "`linkStyle` is not read here.", "Remove the line."),
    (r"acc(Title|Descr)\b", "Accessibility texts are not read here.", "Remove the line."),
    (r"(flowchart|graph)\b", "There is a second header.", "Keep one `flowchart` line."),
)

_ARROW = "Write `-->`, or `-- label -->`."
_TEXT = "Write `id[text]`, `id(text)` or `id{text}`."
_ONE_EACH = "Write one statement to a line."
_AT: tuple[tuple[str, str, str], ...] = (
    (r"%%", "A comment must have a line of its own.", "Move it to the line above."),
    (r"<-{2,}|<==|<-\.", "Arrows with two heads lead nowhere in particular.", _ARROW),
    (r"-{2,}>\|[^|]*$", "The label between the bars has no end.", "Write `-->|label|`."),
    (r"-{2,}[ox](?!\w)|--[ox]\s", "Arrows end in `>` here, not in a circle or a cross.", _ARROW),
    (r"-{3,}(?!>)", "A line without a head says nothing about where it leads.", _ARROW),
    (r"-+\.+-*>?", "Dotted arrows are not read here.", _ARROW),
    (r"={2,}>?", "Thick arrows are not read here.", _ARROW),
    (r"~{3,}", "Invisible links are not read here.", _ARROW),
    (r"->|→|=>|–>|—>", "This is not an arrow of Mermaid's.", _ARROW),
    (r"--\S", "A label needs a space on each side.", "Write `-- label -->`."),
    (r"@\{", "`@{}` shapes are not read here.", _TEXT),
    (r"@", "Ids of arrows are not read here.", "Remove what stands before `@`, and the `@`."),
    (r":::", "`:::` classes are not read here.", "Remove it; a chart needs no colours."),
    (r";\s*\S", "There are two statements on this line.", _ONE_EACH),
    (r"\(\(|\(\[|\[\[|\[\(|\{\{|\[[/\\]|>", "This shape is not read here.", _TEXT),
    (r"&\S|\S&", "`&` needs a space on each side.", "Write `a & b`."),
)


def refused_statement(line: str) -> tuple[str, str] | None:
    """What a whole line is that is not taken, and a hint; None where it may be one that is."""
    for pattern, message, hint in _STATEMENTS:
        if re.match(pattern, line):
            return message, hint
    return None


def refused_at(rest: str) -> tuple[str, str]:
    """What stands at the beginning of ``rest``, where something else was expected, and a hint."""
    text = rest.strip()
    for pattern, message, hint in _AT:
        if re.match(pattern, text):
            return message, hint
    shown = text if len(text) <= 24 else text[:21] + "..."
    return f"`{shown}` is not understood here.", f"{_ARROW} {_TEXT}"
