"""The pages on how the organization has been doing, and on its decisions in hindsight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orgloop.ledger.numbers import change, duration
from orgloop.ledger.org_record import DecisionRecord, Ending, Fate, OrgRecord, RoleRecord
from orgloop.ledger.plain import one_line
from orgloop.referee.wording import count
from orgloop.report.difference import of_effects
from orgloop.report.model import RunReport
from orgloop.report.table import table

CAUSES = 3
"""Causes of crashes that are told."""
ENDINGS = 6
_WHY = {"refused": "stopped by the runtime", "failed": "no answer"}


def how_it_went(report: RunReport) -> Iterator[str]:
    """Both pages; nothing where no experiment has begun."""
    record = report.organization
    if not record.assigned:
        return
    yield "## How the organization has been doing"
    yield "\n".join(_doing(record))
    if record.roles:
        yield "## Decisions in hindsight"
        yield (
            "An experiment counts in the line of each decision that was taken on its way. The "
            "effect is its first measured gain over the incumbent, before anything selected on it."
        )
        yield _decisions(record.roles)
    if lines := [line for role in record.roles for line in _of_role(role)]:
        yield "\n".join(lines)


def _doing(record: OrgRecord) -> Iterator[str]:
    fate = record.fate
    parts = [
        f"{count(record.assigned, 'experiment')} begun",
        f"{fate.measured} measured",
        f"{sum(one.experiments for one in record.endings)} ended before that",
        f"{fate.crashed} crashed",
        f"{fate.kept} kept",
    ]
    if record.running:
        parts.append(f"{record.running} in flight")
    yield f"- {', '.join(parts)}"
    if record.endings:
        yield f"- ended before a measurement: {_listed(record.endings)}"
    if record.crashes:
        told = [f"{one_line(one.cause, 60)} ({one.experiments})" for one in record.crashes]
        more = [f"and {len(told) - CAUSES} other causes"] if len(told) > CAUSES else []
        yield f"- crashed: {'; '.join([*told[:CAUSES], *more])}"
    if fate.effect_mean is not None and fate.effect_median is not None:
        spread = "" if fate.effect_sd is None else f", sd {fate.effect_sd:.3g}"
        noise = (
            ""
            if record.noise_sd is None
            else f"; one measurement has noise of sd {record.noise_sd:.2g}"
        )
        yield (
            f"- first effect: {change(fate.effect_mean)} on average, median "
            f"{change(fate.effect_median)}{spread}{noise}"
        )
    if record.bench_s_per_measured is not None:
        yield f"- bench: {duration(record.bench_s_per_measured)} for each that was measured"


def _listed(endings: Sequence[Ending]) -> str:
    told = []
    for one in endings:
        how = f"`{one_line(one.decision, 30)}`" if one.decision else _WHY.get(one.why, "its end")
        told.append(f"{one_line(one.role, 30)} {how} {one.experiments}")
    more = [f"and {len(told) - ENDINGS} other ways"] if len(told) > ENDINGS else []
    return ", ".join([*told[:ENDINGS], *more])


def _decisions(roles: Sequence[RoleRecord]) -> str:
    rows = [
        (
            one_line(role.role, 24),
            one_line(one.decision or "(passes on)", 20),
            f"{one.fate.experiments:,}",
            f"{one.fate.measured:,}",
            _share(one.fate.kept, one.fate.experiments),
            _share(one.fate.crashed, one.fate.experiments),
            _effect(one.fate),
        )
        for role in roles
        for one in role.decisions
    ]
    return table(
        ("role", "decision", "went so", "measured", "kept", "crashed", "mean effect"), rows, left=2
    )


def _of_role(role: RoleRecord) -> Iterator[str]:
    """What the table does not show of one role."""
    name = f"`{one_line(role.role, 30)}`"
    yield from _sent_back(role, name)
    for one in role.decisions:
        if not one.ended_unmeasured:
            continue
        by = f" by `{one_line(one.decision, 30)}`" if one.decision else ""
        yield f"- {name} ended {one.ended_unmeasured} unmeasured{by}: {_worth(one)}."
    if role.overrode:
        gain = "" if role.overrode_gain is None else f" (a gain of {role.overrode_gain:.3g} each)"
        yield f"- {name} ended {role.overrode} that the referee would have kept{gain}."
    if role.asked_again:
        yield (
            f"- {name} had {role.asked_again} measured again; what the referee said changed "
            f"in {role.changed_verdict}."
        )


def _sent_back(role: RoleRecord, name: str) -> Iterator[str]:
    """Those sent back against those passed on at once, of the ones that were measured."""
    at_once = next((one.fate for one in role.rounds if one.times == 0), None)
    for one in role.rounds:
        if one.times == 0:
            continue
        often = "once" if one.times == 1 else "twice or more"
        said = f"- {name} sent {one.fate.experiments} back {often}: {_came_of(one.fate)}"
        if at_once is not None:
            said += f"; {at_once.experiments} not at all: {_came_of(at_once)}"
            apart = of_effects(at_once, one.fate)
            if apart is not None and apart.low is not None:
                said += (
                    ". The effects differ by more than chance explains"
                    if apart.settled
                    else ". The effects do not differ by more than chance explains"
                )
        yield f"{said}."


def _worth(one: DecisionRecord) -> str:
    """What is known of experiments that a decision ended unmeasured."""
    if not one.seen_elsewhere or one.elsewhere_mean is None:
        return "nobody knows what they were worth"
    effect = change(one.elsewhere_mean)
    if one.seen_elsewhere == one.ended_unmeasured:
        return (
            "other experiments measured the very same changes, "
            f"with an effect of {effect} on average"
        )
    return (
        f"nobody knows what they were worth, but for {one.seen_elsewhere} whose very change "
        f"another experiment measured, with an effect of {effect} on average"
    )


def _came_of(fate: Fate) -> str:
    effect = _effect(fate)
    return f"{fate.measured} measured, {fate.kept} kept" + (f", effect {effect}" if effect else "")


def _effect(fate: Fate) -> str:
    """The mean with its standard error."""
    if fate.effect_mean is None:
        return ""
    stderr = None if fate.effect_sd is None else fate.effect_sd / fate.effects**0.5
    return change(fate.effect_mean, stderr)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if part else "0"
