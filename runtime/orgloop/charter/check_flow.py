"""Whether a chart is one that an experiment can walk.

Every rule is a function from a :class:`_Subject` to its findings; :func:`check_flow` runs them
all, so one check shows everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from orgloop.charter.flow import (
    BENCH,
    BENCH_LABELS,
    CRASHED,
    DISCARD,
    KEEP,
    MEASURED,
    STATIONS,
    Edge,
    Flow,
)
from orgloop.charter.model import Charter
from orgloop.problems import Problems, did_you_mean


@dataclass(frozen=True, slots=True)
class _Subject:
    """A chart under examination, and where its findings go."""

    flow: Flow
    path: str
    problems: Problems

    def error(self, node: str, message: str, hint: str = "", line: int | None = None) -> None:
        line = self.flow.lines.get(node) if line is None else line
        self.problems.error(self.path, message, line=line, key=node, hint=hint)


def check_flow(charter: Charter, roles: Collection[str], problems: Problems) -> None:
    """Add an error for whatever would stop or trap a walk; ``roles`` are the files that exist."""
    subject = _Subject(charter.flow, charter.path, problems)
    unknown = _nodes_exist(subject, roles)
    _entry(subject)
    _decisions(subject)
    _bench_exits(subject)
    _stations_end(subject)
    if not unknown:
        # A misspelt name also cuts the walk there; saying so as well would only bury the cause.
        _reachable(subject)
        _walks_end(subject)
        _measured_before_keep(subject)


def _nodes_exist(subject: _Subject, roles: Collection[str]) -> bool:
    unknown = [node for node in subject.flow.roles() if node not in roles]
    for node in unknown:
        known = (*roles, *STATIONS)
        hint = did_you_mean(node, known)
        if not hint.startswith("Did"):
            hint = f"Add `roles/{node}.md`. {hint}"
        subject.error(node, f"`{node}` is in the chart, but there is no role of that name.", hint)
    return bool(unknown)


def _entry(subject: _Subject) -> None:
    entry = subject.flow.entry
    if entry in STATIONS:
        subject.error(
            entry,
            f"The chart begins at `{entry}`, where there is nothing to measure or to judge yet.",
            "The first node of the chart is where experiments start: a role.",
        )


def _decisions(subject: _Subject) -> None:
    for node in subject.flow.nodes:
        out = subject.flow.out(node)
        plain = [edge for edge in out if edge.label is None]
        labelled = [edge for edge in out if edge.label is not None]
        if len(plain) > 1:
            subject.error(
                node,
                f"`{node}` has {len(plain)} arrows without a label, "
                f"to {_names([edge.target for edge in plain])}.",
                "Label them: the labels are the decisions to choose from.",
                line=plain[1].line,
            )
        if plain and labelled:
            subject.error(
                node,
                f"`{node}` has arrows with a label and arrows without.",
                "Label all of them, or keep one arrow.",
                line=plain[0].line,
            )
        _duplicates(subject, node, labelled)


def _duplicates(subject: _Subject, node: str, labelled: list[Edge]) -> None:
    counts = Counter(edge.label.casefold() for edge in labelled if edge.label is not None)
    reported: set[str] = set()
    for edge in reversed(labelled):
        label = (edge.label or "").casefold()
        if counts[label] > 1 and label not in reported:
            reported.add(label)
            subject.error(
                node,
                f"`{node}` has {counts[label]} arrows labelled `{edge.label}`.",
                "A decision leads to one place.",
                line=edge.line,
            )


def _bench_exits(subject: _Subject) -> None:
    flow = subject.flow
    if BENCH not in flow.nodes:
        subject.error(
            BENCH,
            "The chart has no `bench`, so nothing would be measured.",
            "Lead an arrow to `bench`, and from there `-- measured -->` and `-- crashed -->`.",
            line=flow.lines.get(flow.entry),
        )
        return
    out = flow.out(BENCH)
    if not out:
        subject.error(
            BENCH,
            "`bench` leads nowhere.",
            "It leaves by `measured` and `crashed`, and optionally `stale`.",
        )
        return
    for edge in out:
        if edge.label is not None and edge.label not in BENCH_LABELS:
            subject.error(
                BENCH,
                f"`{edge.label}` is no way to leave the bench.",
                did_you_mean(edge.label, BENCH_LABELS),
                line=edge.line,
            )
    labels = flow.labels(BENCH)
    if not labels or any(label not in BENCH_LABELS for label in labels):
        return
    for needed, where in ((MEASURED, "a role, or keep"), (CRASHED, "discard")):
        if needed not in labels:
            subject.error(
                BENCH,
                f"`bench` has no arrow for `{needed}`.",
                f"Write `bench -- {needed} --> ...`, to {where}.",
                line=out[0].line,
            )


def _stations_end(subject: _Subject) -> None:
    for station in (KEEP, DISCARD):
        for edge in subject.flow.out(station):
            subject.error(
                station,
                f"`{station}` ends the experiment, so no arrow leaves it.",
                "Remove the arrow.",
                line=edge.line,
            )


def _reachable(subject: _Subject) -> None:
    flow = subject.flow
    reached = flow.reachable([flow.entry])
    for node in flow.nodes:
        if node not in reached:
            what = "The role" if node not in STATIONS else "The station"
            subject.error(
                node,
                f"{what} `{node}` is never reached: no arrows lead there from `{flow.entry}`.",
                "Lead an arrow to it, or remove it from the chart.",
            )
    if KEEP not in flow.nodes:
        subject.error(
            KEEP,
            "The chart has no `keep`, so nothing would ever be kept.",
            "Lead an arrow to `keep` from behind the bench.",
            line=flow.lines.get(flow.entry),
        )


def _walks_end(subject: _Subject) -> None:
    flow = subject.flow
    ends = {**flow.distance_to(KEEP), **flow.distance_to(DISCARD)}
    # A bench with one plain arrow discards what crashed, but what it measures must end as well.
    for node in flow.reachable([flow.entry]):
        if node in ends or node in (KEEP, DISCARD):
            continue
        out = flow.out(node)
        if not out and node == BENCH:
            continue  # told already
        message = (
            f"From `{node}` an experiment can never end: neither `keep` nor `discard` lies ahead."
            if out
            else f"`{node}` leads nowhere, so an experiment would stop there."
        )
        subject.error(node, message, "Lead an arrow on, to `discard` for instance.")


def _measured_before_keep(subject: _Subject) -> None:
    flow = subject.flow
    around = flow.reachable([flow.entry], without=BENCH)
    if KEEP not in around or flow.entry in STATIONS:
        return
    edge = next(edge for edge in flow.edges if edge.target == KEEP and edge.source in around)
    subject.error(
        KEEP,
        f"`keep` can be reached from `{edge.source}` without passing the bench.",
        "Lead the arrow to `bench`; only what was measured is kept.",
        line=edge.line,
    )


def _names(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
