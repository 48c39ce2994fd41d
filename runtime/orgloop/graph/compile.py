"""Compiles an organization into a LangGraph state machine.

Each role of the chart becomes a node, and so do the stations `bench`, `keep` and `discard`. The
labels on a node's arrows become conditional edges. Three edges are in no chart, because no chart
may leave them out: any node can halt a walk, which sends it to `discard`; `keep` sends a walk whose
incumbent has moved back to `bench`, and one that the referee does not support to `discard`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from orgloop.charter import Flow
from orgloop.graph.bench_node import visit_bench
from orgloop.graph.checkpoints import WalkSaver
from orgloop.graph.context import WalkContext
from orgloop.graph.exits import MOVED, visit_discard, visit_keep
from orgloop.graph.role_node import visit_role
from orgloop.graph.state import WalkState, WalkUpdate
from orgloop.org import Org

WalkGraph = CompiledStateGraph[WalkState, WalkContext, WalkState, WalkState]


class Node(Protocol):
    """What LangGraph calls: the parameter's name tells it to pass the run's context."""

    def __call__(self, state: WalkState, *, runtime: Runtime[WalkContext]) -> Awaitable[WalkUpdate]:
        """Do the node's work and return what changes."""
        ...


def compile_org(org: Org, saver: WalkSaver | None = None) -> WalkGraph:
    """The state machine of ``org``; one thread of it is one experiment's walk."""
    flow = org.charter.flow
    graph = StateGraph(WalkState, context_schema=WalkContext)
    for name in flow.roles():
        graph.add_node(name, _role(org, name))
    graph.add_node("bench", _bench(org))
    graph.add_node("keep", _keep)
    graph.add_node("discard", _discard)
    graph.add_edge(START, flow.entry)
    for name in (*flow.roles(), "bench"):
        targets = sorted({edge.target for edge in flow.out(name)} | {"discard"})
        graph.add_conditional_edges(name, _arrow(flow, name), targets)
    graph.add_conditional_edges("keep", _after_keep, ["bench", "discard", END])
    graph.add_edge("discard", END)
    return graph.compile(checkpointer=saver, name=org.charter.name)


def steps_bound(org: Org) -> int:
    """More steps than any walk can take: LangGraph's own limit must never be the one that ends it.

    Each node is entered at most ``rounds`` times, and once more for each time that the incumbent
    moved; those come one promotion at a time, so 64 of them are out of reach.
    """
    return (len(org.charter.flow.nodes) + 3) * (org.charter.rounds + 64)


def _role(org: Org, name: str) -> Node:
    role = org.roles[name]

    async def node(state: WalkState, *, runtime: Runtime[WalkContext]) -> WalkUpdate:
        return await visit_role(org, role, state, runtime.context)

    return node


def _bench(org: Org) -> Node:
    async def node(state: WalkState, *, runtime: Runtime[WalkContext]) -> WalkUpdate:
        return await visit_bench(org, state, runtime.context)

    return node


async def _keep(state: WalkState, *, runtime: Runtime[WalkContext]) -> WalkUpdate:
    return await visit_keep(state, runtime.context)


async def _discard(state: WalkState, *, runtime: Runtime[WalkContext]) -> WalkUpdate:
    return await visit_discard(state, runtime.context)


def _arrow(flow: Flow, name: str) -> Callable[[WalkState], Awaitable[str]]:
    # Async though it awaits nothing: LangGraph runs plain functions on a thread, at 0.1 ms each.
    async def choose(state: WalkState) -> str:
        return "discard" if state["halt"] else flow.target(name, state["decision"])

    return choose


async def _after_keep(state: WalkState) -> str:
    if state["halt"]:
        return "discard"
    return "bench" if state["decision"] == MOVED else END
