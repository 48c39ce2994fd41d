"""The org chart as a graph: what leads where, and how far it is from there to ``keep``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

BENCH = "bench"
KEEP = "keep"
DISCARD = "discard"
STATIONS = (BENCH, KEEP, DISCARD)
"""Nodes that are no roles. ``bench`` runs and measures; the others are the exits."""

MEASURED = "measured"
CRASHED = "crashed"
STALE = "stale"
BENCH_LABELS = (MEASURED, CRASHED, STALE)


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow. Its label is the decision that takes it; None is taken without one."""

    source: str
    label: str | None
    target: str
    line: int = field(default=0, compare=False)
    """The line of the file; no part of what the arrow means."""


@dataclass(frozen=True)
class Flow:
    """The chart. Nodes and arrows stand in the order in which they were written."""

    nodes: Mapping[str, str]
    """Text by id; the text is the id where none was given."""
    edges: tuple[Edge, ...]
    entry: str
    """The first node: where every experiment starts."""
    direction: str = "LR"
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line on which a node is first named."""

    def roles(self) -> tuple[str, ...]:
        """Ids of the nodes that are roles."""
        return tuple(node for node in self.nodes if node not in STATIONS)

    def out(self, node: str) -> tuple[Edge, ...]:
        """The arrows that leave ``node``."""
        return tuple(edge for edge in self.edges if edge.source == node)

    def labels(self, node: str) -> tuple[str, ...]:
        """The decisions that can be taken at ``node``; empty where there is nothing to decide."""
        return tuple(edge.label for edge in self.out(node) if edge.label is not None)

    def target(self, node: str, label: str | None) -> str:
        """Where a decision leads; raises KeyError where ``node`` has no such arrow.

        A bench with one unlabelled arrow sends along it what was measured. What crashed, or went
        stale, and has no arrow of its own is discarded.
        """
        out = self.out(node)
        for edge in out:
            if edge.label == label:
                return edge.target
        if node == BENCH and label == MEASURED and len(out) == 1 and out[0].label is None:
            return out[0].target
        if node == BENCH and label in (CRASHED, STALE):
            return DISCARD
        raise KeyError(f"{node} has no arrow {label!r}")

    def reachable(self, start: Iterable[str], *, without: str | None = None) -> frozenset[str]:
        """Every node on a walk from ``start`` (included) that never enters ``without``."""
        found = {node for node in start if node != without}
        queue = deque(found)
        while queue:
            node = queue.popleft()
            for edge in self.out(node):
                if edge.target not in found and edge.target != without:
                    found.add(edge.target)
                    queue.append(edge.target)
        return frozenset(found)

    def distance_to(self, goal: str) -> Mapping[str, int]:
        """Arrows from each node to ``goal`` by the shortest way; nodes without one are left out."""
        into: dict[str, list[str]] = {}
        for edge in self.edges:
            into.setdefault(edge.target, []).append(edge.source)
        distance = {goal: 0} if goal in self.nodes else {}
        queue = deque(distance)
        while queue:
            node = queue.popleft()
            for source in into.get(node, ()):
                if source not in distance:
                    distance[source] = distance[node] + 1
                    queue.append(source)
        return distance

    def distance_to_keep(self, node: str) -> int | None:
        """Arrows from ``node`` to ``keep`` by the shortest way; None where there is no way."""
        return self.distance_to(KEEP).get(node)

    def to_mermaid(self) -> str:
        """The chart as Mermaid, which parses to an equal flow."""
        lines = [f"flowchart {self.direction}"]
        said: set[str] = set()

        def name(node: str) -> str:
            if node in said or self.nodes[node] == node:
                said.add(node)
                return node
            said.add(node)
            return f'{node}["{self.nodes[node]}"]'

        # Arrows name their nodes in another order than the chart may have: where they would,
        # or a node has no arrow, the nodes are said first.
        order = list(dict.fromkeys(n for edge in self.edges for n in (edge.source, edge.target)))
        if order != list(self.nodes):
            lines.extend(f"    {name(node)}" for node in self.nodes)
        for edge in self.edges:
            arrow = "-->" if edge.label is None else f"-->|{quoted(edge.label)}|"
            lines.append(f"    {name(edge.source)} {arrow} {name(edge.target)}")
        return "\n".join(lines) + "\n"


def quoted(label: str) -> str:
    """A label as it stands between bars, in quotes where a plain word would not do."""
    plain = all(character.isalnum() or character == "_" for character in label)
    return label if plain and label.isascii() else f'"{label}"'
