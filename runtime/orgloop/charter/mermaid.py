"""The chart: the part of Mermaid's flowcharts that says what leads where.

A line is a statement: groups of nodes (``a``, ``a & b``) joined by arrows. The rules are stricter
than Mermaid's own, so that whatever parses here is drawn by it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from orgloop.charter.flow import Edge, Flow
from orgloop.charter.refusals import ARROW_HEADS, RESERVED, refused_at, refused_statement
from orgloop.problems import Problems

_HEADER = re.compile(r"[ \t]*(?:flowchart|graph)[ \t]+(TB|TD|BT|RL|LR);?[ \t]*")
_HEADER_LIKE = re.compile(r"[ \t]*(flowchart|graph)\b", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]*%%[^{]")
_LETTER = "A-Za-zÀ-ÖØ-öø-ƺΑ-ΡΣ-ώА-ҁ一-鿌ぁ-ゖァ-ヺ가-힣"
_ID = re.compile(rf"[{_LETTER}0-9_]+(?:-[{_LETTER}0-9_]+)*")
_PLAIN = r"(?!\s*-)(?:(?!--|==|-\.)[^\[\](){}|\"<>;#`\\/%@&~])+(?<!-)"
_QUOTED = r"\"[^\"`#;%&<>\\]+\""
_SHAPE = re.compile(
    rf"\[(?:({_QUOTED})|({_PLAIN}))\]|\((?:({_QUOTED})|({_PLAIN}))\)|\{{(?:({_QUOTED})|({_PLAIN}))\}}"
)
_WORDS = rf"[{_LETTER}0-9_](?:[{_LETTER}0-9_ .,']|-(?!-))*"
_ARROW = re.compile(rf"-{{2,}}>(?:\|(?:\"({_WORDS})\"|[ \t]*({_WORDS}))\|)?")
_LABELLED = re.compile(rf"--[ \t]+(?:\"({_WORDS})\"|({_WORDS}?))[ \t]+-{{2,}}>(?!\|)")
_AND = re.compile(r"[ \t]+&[ \t]+")
_SPACE = re.compile(r"[ \t]*")
_CSS = r"[a-z]+(?:-[a-z]+)*:(?:#[0-9a-fA-F]{3,8}|[a-z]+|[0-9]+(?:\.[0-9]+)?(?:px|em|%)?)"
_CLASS_DEF = re.compile(rf"classDef [A-Za-z]\w* {_CSS}(?:,{_CSS})*[ \t]*;?")
_STYLE = re.compile(rf"style ([\w-]+) {_CSS}(?:,{_CSS})*[ \t]*;?")


class _FaultError(Exception):
    """A line is not taken; carries the message and the hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(slots=True)
class _Chart:
    """What the lines so far have said."""

    nodes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    styled: list[tuple[str, int]] = field(default_factory=list)


def parse_mermaid(text: str, path: str, first_line: int, problems: Problems) -> Flow | None:
    """The flow that ``text`` draws; None with an error for every line that is not taken.

    ``first_line`` is the line of the file on which ``text`` begins.
    """
    chart = _Chart()
    before = len(problems)
    direction: str | None = None
    for number, line in enumerate(text.split("\n"), first_line):
        stripped = line.strip(" \t")
        if not stripped or _COMMENT.match(line):
            continue
        try:
            if direction is None:
                direction = _header(line)
            else:
                _statement(stripped, number, chart)
        except _FaultError as fault:
            problems.error(path, fault.message, line=number, hint=fault.hint)
            if direction is None:
                return None
    for node, styled in chart.styled:
        if node not in chart.nodes:
            problems.error(path, f"`{node}` is styled, but it is not in the chart.", line=styled)
    if not chart.nodes and len(problems) == before:
        problems.error(
            path, "The chart has no nodes.", line=first_line, hint="Write `role --> bench`."
        )
    if len(problems) > before:
        return None
    return Flow(
        nodes=MappingProxyType(chart.nodes),
        edges=tuple(chart.edges),
        entry=next(iter(chart.nodes)),
        direction=direction or "LR",
        lines=MappingProxyType(chart.lines),
    )


def _header(line: str) -> str:
    match = _HEADER.fullmatch(line)
    if match is not None:
        return match[1]
    if _HEADER_LIKE.match(line):
        raise _FaultError(
            "The header of the chart is `flowchart` or `graph` and a direction, on one line.",
            "Write `flowchart LR`, or `TD` to go down.",
        )
    if line.strip() == "---":
        raise _FaultError("Frontmatter within a chart is not read.", "Begin with `flowchart LR`.")
    if (refused := refused_statement(line.strip())) is not None:
        raise _FaultError(*refused)
    raise _FaultError(
        "The chart does not begin with its header.", "The first line is `flowchart LR`."
    )


def _statement(text: str, number: int, chart: _Chart) -> None:
    plain = not any(word.lower() in RESERVED for word in re.findall(r"\w+", text)[1:])
    if plain and _CLASS_DEF.fullmatch(text):
        return
    if plain and (style := _STYLE.fullmatch(text)) is not None:
        chart.styled.append((style[1], number))
        return
    if re.match(r"(classDef|style)\b", text):
        raise _FaultError(
            "This style is not understood.", "Remove the line; a chart needs no colours."
        )
    if (refused := refused_statement(text)) is not None:
        raise _FaultError(*refused)
    # Everything is read before anything is recorded, so that a bad line leaves nothing behind.
    groups: list[list[tuple[str, str | None]]] = []
    labels: list[str | None] = []
    group, at = _group(text, 0)
    groups.append(group)
    while True:
        at = _space(text, at)
        if text[at:].rstrip(" \t") in ("", ";"):
            break
        label, at = _arrow(text, at)
        at = _space(text, at)
        if text[at:].rstrip(" \t") in ("", ";"):
            raise _FaultError("The arrow leads nowhere.", "Its target stands on the same line.")
        group, at = _group(text, at)
        labels.append(label)
        groups.append(group)
    _record(groups, labels, number, chart)


def _record(
    groups: list[list[tuple[str, str | None]]],
    labels: list[str | None],
    number: int,
    chart: _Chart,
) -> None:
    for name, text in (node for group in groups for node in group):
        chart.lines.setdefault(name, number)
        if text is not None or name not in chart.nodes:
            chart.nodes[name] = name if text is None else text
    for sources, label, targets in zip(groups, labels, groups[1:], strict=False):
        for source, _ in sources:
            chart.edges.extend(Edge(source, label, target, number) for target, _ in targets)


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _group(text: str, at: int) -> tuple[list[tuple[str, str | None]], int]:
    node, at = _node(text, at)
    found = [node]
    while (match := _AND.match(text, at)) is not None:
        node, at = _node(text, match.end())
        found.append(node)
    return found, at


def _node(text: str, at: int) -> tuple[tuple[str, str | None], int]:
    match = _ID.match(text, at)
    if match is None:
        if re.match(r"-{2,}", text[at:]):
            raise _FaultError(
                "The arrow comes from nowhere.", "Its source stands on the same line."
            )
        raise _FaultError(*refused_at(text[at:]))
    name, at = match[0], match.end()
    for part in re.findall(r"[A-Za-z0-9_]+", name):
        # A letter of another script ends a word for Mermaid, so an `x` behind it stands alone.
        alone = rf"(?<![A-Za-z0-9_-]){part}(?![A-Za-z0-9_-])"
        head = part.lower() in ARROW_HEADS and re.search(alone, name)
        if part.lower() in RESERVED or head:
            raise _FaultError(
                f"`{name}` cannot be a node: Mermaid reads `{part}` as a word of its own.",
                "Give the role another name.",
            )
    if at < len(text) and text[at] in "[({":
        shape = _SHAPE.match(text, at)
        if shape is None:
            raise _FaultError(*_bad_text(text[at:]))
        inside = next(part for part in shape.groups() if part is not None)
        inside = inside.strip('"').strip()
        if not inside:
            raise _FaultError(
                f"The text of `{name}` is empty.", "Write `id[text]`, or the id alone."
            )
        return (name, inside), shape.end()
    return (name, None), at


def _bad_text(rest: str) -> tuple[str, str]:
    if re.match(r"\(\(|\(\[|\[\[|\[\(|\{\{|\[[/\\]", rest):
        return refused_at(rest)
    closing = {"[": "]", "(": ")", "{": "}"}[rest[0]]
    if closing not in rest:
        return f"The text of the node has no `{closing}`.", "It ends on the same line."
    if re.match(rf"\{rest[0]}\s*\{closing}", rest):
        return "The text of the node is empty.", "Write `id[text]`, or the id alone."
    return (
        "The text of the node holds a character that Mermaid reads as its own.",
        'Write plain words, in quotes where there are brackets: `id["text (more)"]`.',
    )


def _arrow(text: str, at: int) -> tuple[str | None, int]:
    for pattern in (_LABELLED, _ARROW):
        match = pattern.match(text, at)
        if match is None:
            continue
        rest = text[match.end() :]
        if pattern is _ARROW and rest.startswith("|"):
            raise _FaultError(*_bad_label(rest))
        written = match[1] or match[2]
        if pattern is _ARROW and written and re.match(r"[ \t]{2}", rest):
            raise _FaultError(
                "Mermaid takes no more than one space behind the label.", "Write `-->|label| id`."
            )
        return (written.strip() if written else None), match.end()
    if re.match(r"--[ \t]", text[at:]):
        raise _FaultError(*_bad_label(text[at:]))
    raise _FaultError(*refused_at(text[at:]))


def _bad_label(rest: str) -> tuple[str, str]:
    if re.match(r"-- .*-->\|", rest):
        return "The arrow has two labels.", "Write `-- label -->`."
    if rest.startswith("--") and "-->" not in rest:
        return "The label has no arrow behind it.", "Write `-- label -->`."
    if rest.startswith("|") and "|" not in rest[1:]:
        return "The label between the bars has no end.", "Write `-->|label|`."
    return (
        "The label is not a plain word or two.",
        "Labels are letters, digits, spaces, `_`, `-`, `.`: `-- approve -->` or `-->|approve|`.",
    )
