"""What can be amended without a language model: numbers in the frontmatter, and the wiring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orgloop.charter import BENCH, DISCARD, Edge
from orgloop.charter.rewire import redrawn, retargeted, without_role
from orgloop.markdown.rewrite import Plain, with_keys
from orgloop.org import Org, load_org
from orgloop.org.files import CHARTER, edited
from orgloop.role import Role

BOLD = frozenset({"scout", "tpe"})
"""Embedded engines that read ``boldness``."""
USUAL_BOLDNESS = 0.5
_FACTORS = (2.0, 0.5)
_SEATS = 3
_MOST_LOOKAHEAD = 8
STRIDES = 3
"""Steps in one direction that are proposed as one amendment, at most, where each is a lab's
experiment: a step is a factor of two, and between neighbours a few runs see little."""


@dataclass(frozen=True, slots=True)
class Move:
    """One amendment."""

    kind: str
    """What sort it is: ``bolder``, ``drop``, ``seats``, ..."""
    key: str
    """Equal for equal amendments: ``bolder:0.4``, ``drop:reviewer``."""
    role: str
    """The role that it is about; empty for the whole organization."""
    title: str
    edits: Mapping[str, bytes | None]


def moves(org: Org) -> list[Move]:
    """Every amendment of ``org``, in a fixed order; :func:`checks` says which can be made."""
    return [
        *boldness_moves(org),
        *_drops(org),
        *_arrows(org),
        *_seats(org),
        *_cadences(org),
        *_lookahead(org),
    ]


def on_the_bench(org: Org) -> list[Move]:
    """The same for an organization that is what a lab trains (`orgloop tune`): larger steps too.

    What its runs cannot tell apart is left out: proposing ahead, where the bench takes no time.
    """
    further = (move for steps in range(2, STRIDES + 1) for move in boldness_moves(org, steps))
    return [*(move for move in moves(org) if move.kind != "lookahead"), *further]


def checks(org: Org, move: Move) -> bool:
    """Whether ``org`` is an organization still once ``move`` is made."""
    loaded, _ = load_org(edited(org.files, move.edits), None)
    return loaded is not None


def boldness_moves(org: Org, steps: int = 1) -> Iterator[Move]:
    """How far proposals go, for everyone who proposes; by ``steps`` factors at once."""
    roles = [role for role in _working(org) if role.org.embedded in BOLD]
    if not roles:
        return
    now = max(role.org.boldness or USUAL_BOLDNESS for role in roles)
    for factor in _FACTORS:
        path = [now]
        for _ in range(steps):
            path.append(round(min(1.0, path[-1] * factor), 3))
        first, before, value = path[1], path[-2], path[-1]
        if value == before:
            continue  # as far as it goes already
        edits = _keys(org, {role.path: {("org", "boldness"): value} for role in roles})
        if edits is not None:
            kind = "bolder" if factor > 1 else "calmer"
            yield Move(
                kind,
                f"{kind}:{value:g}",
                "",
                f"Proposals go {'further' if factor > 1 else 'less far'}: boldness {now:g} to "
                f"{first:g}" + (f", and on to {value:g}" if steps > 1 else ""),
                edits,
            )


def _drops(org: Org) -> Iterator[Move]:
    """The chart without one of its roles."""
    flow = org.charter.flow
    proposers = [role.name for role in _working(org) if role.may_edit]
    for role in _working(org):
        if role.name not in flow.nodes or (role.may_edit and len(proposers) == 1):
            continue
        edges = without_role(flow, role.name)
        chart = None if edges is None else redrawn(org.files[CHARTER], edges)
        if chart is not None:
            yield Move(
                "drop",
                f"drop:{role.name}",
                role.name,
                f"Work without `{role.name}`",
                {CHARTER: chart, role.path: None},
            )


def _arrows(org: Org) -> Iterator[Move]:
    """What a role sends away goes back to whoever can mend it, or on to the bench."""
    flow = org.charter.flow
    before_bench = flow.reachable([flow.entry], without=BENCH)
    editors = [role.name for role in _working(org) if role.may_edit and role.name in before_bench]
    for edge in flow.edges:
        if edge.source not in before_bench or edge.target != DISCARD or edge.label is None:
            continue
        for target in (*editors[-1:], BENCH):
            if target != edge.source and target in flow.nodes:
                yield from _retarget(org, edge, target)


def _retarget(org: Org, edge: Edge, target: str) -> Iterator[Move]:
    edges = retargeted(org.charter.flow, edge.source, edge.label, target)
    chart = redrawn(org.files[CHARTER], edges)
    if chart is not None:
        yield Move(
            "arrow",
            f"arrow:{edge.source}/{edge.label}>{target}",
            edge.source,
            f"What `{edge.source}` decides as `{edge.label}` goes to `{target}`",
            {CHARTER: chart},
        )


def _seats(org: Org) -> Iterator[Move]:
    """A panel in a role's place, and one judge in a panel's."""
    for role in _working(org):
        if not role.reads_only or role.name not in org.charter.flow.nodes or role.org.people:
            continue
        if not org.charter.flow.labels(role.name):
            continue
        seats = _SEATS if role.org.seats == 1 else 1
        edits = _keys(org, {role.path: {("org", "seats"): None if seats == 1 else seats}})
        if edits is not None:
            yield Move(
                "seats",
                f"seats:{role.name}={seats}",
                role.name,
                f"{'A panel of three' if seats > 1 else 'One seat'} for `{role.name}`",
                edits,
            )


def _cadences(org: Org) -> Iterator[Move]:
    """Meetings less often, and not at all."""
    for role in org.cadence().values():
        every = role.org.every
        if role.org.amends or every is None:
            continue
        if every.experiments is not None:
            rarer = f"{2 * every.experiments} experiments"
            edits = _keys(org, {role.path: {("org", "every"): rarer}})
            if edits is not None:
                yield Move(
                    "rarer",
                    f"rarer:{role.name}={2 * every.experiments}",
                    role.name,
                    f"`{role.name}` every {rarer}",
                    edits,
                )
        yield Move(
            "skip", f"skip:{role.name}", role.name, f"No more `{role.name}`", {role.path: None}
        )


def _lookahead(org: Org) -> Iterator[Move]:
    """How many proposals are made before the last results are in."""
    now = org.charter.lookahead
    values = [0] if now is None else [None, *([now * 2] if 0 < now < _MOST_LOOKAHEAD else [])]
    for value in values:
        changed = with_keys(org.files[CHARTER], {("lookahead",): value})
        if changed is not None:
            said = "as far as latencies ask" if value is None else f"by {value}"
            yield Move(
                "lookahead",
                f"lookahead:{value}",
                "",
                f"Proposals are made ahead {said}",
                {CHARTER: changed},
            )


def _working(org: Org) -> list[Role]:
    """Employed roles that amend nothing."""
    return [role for role in org.employed().values() if not role.org.amends]


def _keys(
    org: Org, changes: Mapping[str, Mapping[tuple[str, ...], Plain]]
) -> dict[str, bytes | None] | None:
    edits: dict[str, bytes | None] = {}
    for path, keys in changes.items():
        changed = with_keys(org.files[path], keys)
        if changed is None:
            return None
        edits[path] = changed
    return edits
