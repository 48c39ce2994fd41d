"""The pages on whom progress came from: roles, generations, lines of role files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orgloop.ledger.attribution import RULE, Attribution, GenerationProgress, RoleProgress
from orgloop.ledger.numbers import change, dollars, duration
from orgloop.ledger.org_record import RoleRecord
from orgloop.ledger.plain import one_line, plain
from orgloop.report.difference import Difference
from orgloop.report.generations import GenerationChange
from orgloop.report.model import RunReport
from orgloop.report.table import table

LINES = 24
"""Lines of one generation's files that the page shows; `org diff` and `--json` have all."""
KEEPS = 5
"""Keeps that the page shows, those that gained most; `--json` has all."""
_TICKS = re.compile(r"`{3,}")


def whose_progress(report: RunReport, money: bool) -> Iterator[str]:
    """Roles, and generations where there is more than one."""
    found = report.attribution
    if found.keeps:
        yield "## Where the progress came from"
        yield f"{RULE} It is a convention: nobody has tried what would come about without a role."
        yield _roles(found, report.organization.roles, money)
        yield _keeps(found)
    if lines := list(_costs(report)):
        yield "\n".join(lines)
    if len(found.generations) > 1:
        yield from _generations(found, report.changes)


def _roles(found: Attribution, records: Sequence[RoleRecord], money: bool) -> str:
    known = {one.role: one for one in records}
    total_s = sum(one.total_s for one in records)
    rows = []
    for one in found.roles:
        record = known.get(one.role)
        seconds = record.total_s if record else 0.0
        cells = [
            one_line(one.role, 24),
            f"{one.on_path:,}",
            change(one.path_progress),
            f"{one.edited:,}",
            _part(change(one.share), one.share, found.progress),
            _part(duration(seconds), seconds, total_s),
        ]
        if money:
            cells += [f"{record.tokens:,}" if record else "0", _cost(record)]
        rows.append(tuple(cells))
    columns = ["role", "keeps", "they gained", "edited", "its share", "its time"]
    columns += ["tokens", "cost"] if money else []
    return table(columns, rows, left=1)


def _keeps(found: Attribution) -> str:
    """The keeps that gained most."""
    most = sorted(found.keeps, key=lambda keep: -keep.gain)[:KEEPS]
    return table(
        ("largest keeps", "generation", "shaped by", "sent back by", "gain"),
        [
            (
                keep.experiment,
                str(keep.generation),
                one_line(", ".join(keep.shapers), 30) or "nobody on record",
                one_line(", ".join(keep.sent_back), 20),
                change(keep.gain),
            )
            for keep in most
        ],
        left=4,
    )


def _costs(report: RunReport) -> Iterator[str]:
    """What roles cost against what they bring, where the record says so."""
    found, each = report.attribution, report.organization.bench_s_per_measured
    shares: dict[str, RoleProgress] = {one.role: one for one in found.roles}
    for role in report.organization.roles:
        name = f"`{one_line(role.role, 30)}`"
        paid = _paid(role)
        ended = sum(one.ended_unmeasured for one in role.decisions)
        share = shares[role.role].share if role.role in shares else 0.0
        if role.idle:
            yield (
                f"- {name} took {paid}, and every experiment would have ended as it did without "
                "it: it costs more than it brings, unless its notes have helped others."
            )
        elif ended and each is not None and share <= 0:
            spared = ended * each
            judged = " It costs more time than it spares." if role.total_s > spared else ""
            yield (
                f"- {name} took {paid}, and spared the bench about {duration(spared)} "
                f"({ended} not measured).{judged}"
            )
    if found.overruled:
        yield f"- left out: {found.overruled} that a person kept against the referee."
    if found.unshared:
        yield f"- of {change(found.unshared)} no role is on record."


def _paid(role: RoleRecord) -> str:
    said = [duration(role.total_s)]
    if role.tokens:
        said.append(f"{role.tokens:,} tokens")
        said.append("cost unknown" if role.unpriced_tokens else dollars(role.cost_usd))
    return ", ".join(said)


def _generations(found: Attribution, changes: Sequence[GenerationChange]) -> Iterator[str]:
    yield "## Generations: what changed, and what came with it"
    yield table(
        ("generation", "experiments", "measured", "kept", "progress", "for each", "mean effect"),
        [_row(one) for one in found.generations],
        left=1,
    )
    yield (
        "Generations follow each other, and a later one finds less left to gain: a difference is "
        "not the doing of the lines that changed alone. Only experiments that are split at random "
        "between two generations can tell that."
    )
    for one in changes:
        files = [file.path for file in one.files] if one.files is not None else []
        where = f": {one_line(', '.join(files), 60)}" if files else ""
        yield f"### {one.generation} after {one.before}{where}"
        yield "\n".join(_compared(one))
        if one.files:
            yield _fenced(one)


def _row(one: GenerationProgress) -> tuple[str, ...]:
    fate = one.fate
    stderr = None if fate.effect_sd is None else fate.effect_sd / fate.effects**0.5
    return (
        str(one.number),
        f"{fate.experiments:,}",
        f"{fate.measured:,}",
        f"{fate.kept:,}",
        change(one.progress),
        change(one.each),
        "" if fate.effect_mean is None else change(fate.effect_mean, stderr),
    )


def _compared(one: GenerationChange) -> Iterator[str]:
    yield f"- {one_line(one.author, 30)}: {one_line(one.reason, 200)}"
    yield f"- progress for each experiment: {_apart(one.progress)}"
    if one.effect is not None:
        yield f"- mean first effect: {_apart(one.effect)}"
    if one.files is None:
        yield "- what changed: git has these generations no longer"


def _apart(one: Difference) -> str:
    if one.low is None or one.high is None:
        return f"{change(one.mean)} (too few, or all alike, for an interval)"
    verdict = "without 0" if one.settled else "with 0 in it"
    return f"{change(one.mean)}, 95% interval {one.low:.3g} to {one.high:.3g}, {verdict}"


def _fenced(one: GenerationChange) -> str:
    lines: list[str] = []
    for file in one.files or ():
        lines += [f"  {file.path}", *file.lines]
    more = len(lines) - LINES
    shown = [plain(line) for line in lines[:LINES]]
    if more > 0:
        shown.append(f"  and {more} more lines: `orgloop org diff {one.before} {one.generation}`")
    ticks = max((len(found) for line in shown for found in _TICKS.findall(line)), default=2)
    fence = "`" * (ticks + 1)
    return "\n".join([f"{fence}diff", *shown, fence])


def _cost(record: RoleRecord | None) -> str:
    if record is None or not record.cost_usd:
        return "unknown" if record and record.unpriced_tokens else "$0"
    return (
        f"at least {dollars(record.cost_usd)}"
        if record.unpriced_tokens
        else dollars(record.cost_usd)
    )


def _part(text: str, part: float, whole: float) -> str:
    return f"{text} ({part / whole:.0%})" if whole > 0 else text
