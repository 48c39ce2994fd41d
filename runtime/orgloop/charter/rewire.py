"""Changing the chart of a charter line by line: what an amendment to the wiring comes down to.

Lines whose arrows stay as they were stay as they were written; those that lose, change or gain an
arrow are written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from orgloop.charter.flow import DISCARD, STATIONS, Edge, Flow, quoted
from orgloop.charter.parse import parse_charter
from orgloop.problems import Problems


def without_role(flow: Flow, role: str) -> tuple[Edge, ...] | None:
    """The arrows when ``role`` is gone: what led to it leads where its work went on to.

    That is the target of its arrow that is nearest to ``keep``. None where it has no such arrow,
    or nothing would be left of the way.
    """
    distance = flow.distance_to_keep
    ahead = [
        (far, edge.target)
        for edge in flow.out(role)
        if edge.target not in (role, DISCARD) and (far := distance(edge.target)) is not None
    ]
    if not ahead:
        return None
    _, target = min(ahead)
    if role == flow.entry and target in STATIONS:
        return None
    kept: list[Edge] = []
    for edge in flow.edges:
        if edge.source == role:
            continue
        if edge.target == role:
            edge = replace(edge, target=target)
        if edge.source != edge.target:
            kept.append(edge)
    return _as_entry(flow, role, target, kept)


def _as_entry(flow: Flow, role: str, target: str, edges: list[Edge]) -> tuple[Edge, ...] | None:
    """The entry is whoever is named first."""
    if role != flow.entry:
        return tuple(edges)
    first = next((edge for edge in edges if edge.source == target), None)
    if first is None:
        return None
    line = min(edge.line for edge in flow.edges)
    return (replace(first, line=line), *(edge for edge in edges if edge is not first))


def retargeted(flow: Flow, source: str, label: str | None, target: str) -> tuple[Edge, ...]:
    """The arrows, with one of them leading to ``target``."""
    return tuple(
        replace(edge, target=target) if (edge.source, edge.label) == (source, label) else edge
        for edge in flow.edges
    )


def redrawn(content: bytes, edges: Sequence[Edge]) -> bytes | None:
    """The charter with these arrows in its chart.

    An arrow belongs to the line that it names. None where the charter does not parse, or its chart
    would not say just these arrows then (a line with shapes or styles of a node that is gone).
    """
    quiet = Problems()
    charter = parse_charter(content, "org/charter.md", quiet)
    if charter is None or b"\r" in content:
        return None
    lines = content.decode("utf-8-sig").split("\n")
    was, now = _by_line(charter.flow.edges), _by_line(edges)
    for number, before in was.items():
        after = now.get(number, [])
        if after == before:
            continue
        text = lines[number - 1]
        indent = text[: len(text) - len(text.lstrip())]
        lines[number - 1] = "\n".join(indent + one for one in _statements(after))
    emptied = {number - 1 for number, before in was.items() if before and not now.get(number)}
    changed = "\n".join(line for place, line in enumerate(lines) if place not in emptied)
    drawn = parse_charter(changed, "org/charter.md", Problems())
    if drawn is None or set(drawn.flow.edges) != set(edges):
        return None
    return changed.encode()


def _by_line(edges: Iterable[Edge]) -> dict[int, list[Edge]]:
    found: dict[int, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.line, []).append(edge)
    return found


def _statements(edges: Sequence[Edge]) -> list[str]:
    """Arrows as lines; unlabelled ones that follow each other as a chain."""
    said: list[str] = []
    end = ""
    for edge in edges:
        arrow = "-->" if edge.label is None else f"-->|{quoted(edge.label)}|"
        if edge.label is None and edge.source == end:
            said[-1] += f" --> {edge.target}"
        else:
            said.append(f"{edge.source} {arrow} {edge.target}")
        end = edge.target if edge.label is None else ""
    return said
