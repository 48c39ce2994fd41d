"""How the organization has been doing, as a brief tells a role that amends it: bounded Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orgloop.ledger.amendments import AmendmentRow
from orgloop.ledger.numbers import change, duration
from orgloop.ledger.org_record import DecisionRecord, OrgRecord, RoleRecord
from orgloop.ledger.plain import one_line

_CAUSES = 3


def organization_lines(record: OrgRecord, amendments: Sequence[AmendmentRow]) -> list[str]:
    """Lines on the whole, on each role, and on what was amended; the most useful first.

    ``amendments`` come newest first. Effects are first measured gains in the metric's units.
    """
    if not record.assigned:
        return ["- No experiment has begun."]
    lines = [*_whole(record), *(line for role in record.roles for line in _role(role))]
    return [*lines, *(_amendment(row) for row in amendments)]


def _whole(record: OrgRecord) -> Iterator[str]:
    fate = record.fate
    yield (
        f"- Of the last {record.assigned} experiments {fate.measured} were measured, {fate.kept} "
        f"kept, {fate.crashed} crashed, {record.running} are in flight."
    )
    if fate.effect_mean is not None:
        spread = "" if fate.effect_sd is None else f", sd {fate.effect_sd:.3g}"
        noise = "unknown" if record.noise_sd is None else f"sd {record.noise_sd:.2g}"
        yield (
            f"- First effects: {change(fate.effect_mean)} on average{spread}; the noise of one "
            f"measurement is {noise}."
        )
    if record.bench_s_per_measured is not None:
        yield f"- The bench takes {duration(record.bench_s_per_measured)} for each one measured."
    for cause in record.crashes[:_CAUSES]:
        yield f"- Crashed {cause.experiments} times of: {one_line(cause.cause, 100)}"


def _role(role: RoleRecord) -> Iterator[str]:
    failed = f", {role.failures} without an answer" if role.failures else ""
    tokens = f", {role.tokens:,} tokens" if role.tokens else ""
    useless = "; every experiment would have ended as it did without it" if role.idle else ""
    yield (
        f"- `{one_line(role.role, 40)}`: {role.visits} visits of {duration(role.mean_s)}"
        f"{tokens}{failed}{useless}"
    )
    for one in role.decisions:
        if one.decision is not None:
            yield f"  - `{one_line(one.decision, 30)}`: {_decision(one)}"


def _decision(one: DecisionRecord) -> str:
    fate = one.fate
    effect = "" if fate.effect_mean is None else f", mean effect {change(fate.effect_mean)}"
    unmeasured = (
        f", {one.ended_unmeasured} ended here that nobody measured" if one.ended_unmeasured else ""
    )
    return (
        f"{fate.experiments} experiments, {fate.measured} measured, {fate.kept} kept"
        f"{effect}{unmeasured}"
    )


def _amendment(row: AmendmentRow) -> str:
    chance = "" if row.chance is None else f" (better with probability {row.chance:.2f})"
    why = f": {one_line(row.why, 140)}" if row.why else ""
    return f"- Amendment {row.name}, {row.state}{chance}: {one_line(row.title, 120)}{why}"
