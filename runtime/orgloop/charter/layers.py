"""Which nodes of a chart stand side by side: the columns of a drawing."""

from __future__ import annotations

from orgloop.charter.flow import DISCARD, KEEP, Edge, Flow


def forward_edges(flow: Flow) -> frozenset[Edge]:
    """The arrows that do not lead back to a node on the way to their own source."""
    forward: set[Edge] = set()
    on_the_way: set[str] = set()
    done: set[str] = set()
    out: dict[str, list[Edge]] = {node: [] for node in flow.nodes}
    for arrow in flow.edges:
        out[arrow.source].append(arrow)
    for start in (flow.entry, *flow.nodes):
        if start in done:
            continue
        # Depth first with a stack of our own: a chart may be longer than Python's.
        stack = [(start, iter(out[start]))]
        on_the_way.add(start)
        while stack:
            node, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                on_the_way.discard(node)
                done.add(node)
            elif edge.target not in on_the_way:
                forward.add(edge)
                if edge.target not in done:
                    on_the_way.add(edge.target)
                    stack.append((edge.target, iter(out[edge.target])))
    return frozenset(forward)


def layers(flow: Flow) -> list[list[str]]:
    """Columns from left to right: every forward arrow leads to a column further right.

    Within a column the nodes on the shortest way to ``keep`` come first and ``discard`` last.
    """
    forward = forward_edges(flow)
    depth = dict.fromkeys(flow.nodes, 0)
    waiting = dict.fromkeys(flow.nodes, 0)
    for edge in forward:
        waiting[edge.target] += 1
    ready = [node for node in flow.nodes if waiting[node] == 0]
    while ready:
        node = ready.pop()
        for edge in forward:
            if edge.source == node:
                depth[edge.target] = max(depth[edge.target], depth[node] + 1)
                waiting[edge.target] -= 1
                if waiting[edge.target] == 0:
                    ready.append(edge.target)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in flow.nodes:
        columns[depth[node]].append(node)
    to_keep = flow.distance_to(KEEP)
    far = len(flow.nodes)
    for column in columns:
        column.sort(key=lambda node: (node == DISCARD, to_keep.get(node, far)))
    return columns
