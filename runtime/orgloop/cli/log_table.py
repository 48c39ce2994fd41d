"""`orgloop log` as a table for a person."""

from __future__ import annotations

import os
import sys

from orgloop.ledger import (
    AuditVerdictRow,
    CountsRow,
    ExperimentRow,
    IncumbentRow,
    Ledger,
    RunRow,
    numbers,
)
from orgloop.ledger.audits import KEEPS, SURVIVED
from orgloop.ledger.plain import one_line, plain, width
from orgloop.ledger.verbs import BY_PERSON

LINES = 50
"""Experiments shown where no limit is asked for."""

_COLOURS = {"keep": "32", "crash": "31"}
_RIGHT = frozenset({"value", "gain", "took", "tokens", "cost"})
_HEADINGS = ("id", "status", "value", "gain", "took", "tokens", "cost", "gen", "title")
_MONEY = frozenset({"tokens", "cost"})
"""Columns that are there only where something was paid for."""
_GAP = "  "
_ENDED = "~"
_BY_PERSON = tuple(BY_PERSON.values())


def table(ledger: Ledger, run: RunRow, limit: int | None = None, *, state: str = "") -> list[str]:
    """The lines of the table, with a heading, the baseline first, and a summary."""
    counts = ledger.runs.counts(run.id)
    rows = ledger.experiments.recent(run.id, limit or LINES)[::-1]
    baseline = ledger.incumbents.baseline(run.id)
    audited = ledger.audits.verdicts(run.id)
    cells: list[tuple[str, ...]] = []
    if baseline is not None:
        value = numbers.measured(baseline.value, baseline.stderr)
        cells.append(("", "baseline", value, "", "", "", "", "", f"({baseline.commit[:7]})"))
    for row in rows:
        mark = _mark(row)
        if row.status == "keep" and row.id in audited and audited[row.id].verdict != SURVIVED:
            mark += "!"
        status = f"{row.status}{mark}"
        cells.append(
            (
                row.id,
                status,
                numbers.measured(row.value, row.stderr),
                numbers.change(row.gain, row.gain_stderr) if row.gain is not None else "",
                numbers.duration((row.finished or row.created) - row.created),
                f"{row.tokens:,}" if row.tokens else "",
                _cost(row),
                str(row.generation),
                _what(row),
            )
        )
    lines = [_heading(run, state or run.state), ""]
    if cells:
        paid = any(row.tokens or row.cost_usd for row in rows)
        shown = _aligned(cells, [name for name in _HEADINGS if paid or name not in _MONEY])
        lines += _with_messages(shown, [row[0] for row in cells], ledger, run)
    hidden = counts.finished - len(rows)
    if hidden > 0:
        lines.append(f"{hidden:,} earlier ones are not shown; `--limit` and `--json` show more.")
    if cells:
        lines.append("")
    claim = ledger.claims.of(run.id)
    lines.append(_summary(counts, baseline, None if claim is None else claim.best))
    if any(_mark(row) == _ENDED for row in rows):
        lines.append(f"{_ENDED} ended by a person.")
    if audited:
        lines.append(_audit(list(audited.values())))
    return lines


def _mark(row: ExperimentRow) -> str:
    """What a person had to do with it, and whether it is kept without being better."""
    if row.overruled:
        return "*"
    if row.conceded is not None:
        return "="
    return _ENDED if row.status == "discard" and row.reason.startswith(_BY_PERSON) else ""


def _with_messages(lines: list[str], ids: list[str], ledger: Ledger, run: RunRow) -> list[str]:
    """The table's lines, each followed by what people had said that was read there."""
    told = ledger.messages.read_during(run.id)
    found = lines[:1]
    for id, line in zip(ids, lines[1:], strict=True):
        found.append(line)
        for one in told.get(id, []):
            found.append(_cut(f"       told {one.name}: {one_line(one.text, 160)}", _room()))
    return found


def _what(row: ExperimentRow) -> str:
    """The hypothesis; of a crash also what happened, which says whose fault it was."""
    title = one_line(row.title or row.reason, 160)
    if row.status != "crash" or not row.title:
        return title
    return f"{one_line(row.title, 80)} ({one_line(row.reason, 160)})"


def _cost(row: ExperimentRow) -> str:
    if row.unpriced_tokens:
        return f"≥{numbers.dollars(row.cost_usd)}" if row.cost_usd else "unknown"
    return numbers.dollars(row.cost_usd) if row.cost_usd else ""


def _audit(verdicts: list[AuditVerdictRow]) -> str:
    kept = [one for one in verdicts if one.verdict in KEEPS]
    lost = [one for one in kept if one.verdict != SURVIVED]
    marked = "; ! marks those that did not" if lost else ""
    return (
        f"Audit {verdicts[0].audit}: {len(kept) - len(lost)} of {len(kept)} keeps survived{marked}."
    )


def _heading(run: RunRow, state: str) -> str:
    better = "higher" if run.task.get("goal") == "maximize" else "lower"
    name = one_line(str(run.task.get("name", "")), 60)
    metric = one_line(str(run.task.get("metric", "value")), 60)
    reported = ", self-reported" if run.task.get("evaluate") is None else ""
    return f"{name} · {run.id} · {metric}, {better} is better{reported} · {state}"


def _summary(counts: CountsRow, baseline: IncumbentRow | None, best: IncumbentRow | None) -> str:
    if baseline is None or best is None:
        return "The baseline is not measured yet."
    noun = "experiment" if counts.finished == 1 else "experiments"
    parts = [
        f"{counts.finished:,} {noun}: {counts.kept} kept, {counts.discarded} discarded, "
        f"{counts.crashed} crashed" + (f"; {counts.running} in flight" if counts.running else "")
    ]
    if best.number:
        parts.append(
            f"Best {numbers.measured(best.value, best.stderr)} ({best.experiment}, "
            f"{best.commit[:7]}); baseline {numbers.measured(baseline.value, baseline.stderr)}"
        )
    else:
        parts.append(f"Nothing beats the baseline yet ({numbers.measured(baseline.value)})")
    if counts.noise_freedom and counts.noise_squares == 0:
        parts.append("Repeats give identical numbers: no significance is claimed")
    if counts.simplified:
        cost = f", conceding at most {counts.conceded:.2g} in all" if counts.conceded else ""
        parts.append(f"= kept for having less code, and no improvement{cost}")
    if counts.overruled:
        parts.append("* kept by a person against the referee, and not claimed")
    cost = numbers.spent(counts.tokens, counts.cost_usd, counts.unpriced_tokens)
    if cost:
        parts.append(f"Spent {cost}")
    return ". ".join(parts) + "."


def _aligned(cells: list[tuple[str, ...]], headings: list[str]) -> list[str]:
    shown = [at for at, heading in enumerate(_HEADINGS) if heading in headings]
    cells = [tuple(row[at] for at in shown) for row in cells]
    wide = [
        max(width(heading), *(width(row[at]) for row in cells))
        for at, heading in enumerate(headings)
    ]
    room = _room()
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    lines = []
    for row in (tuple(headings), *cells):
        parts = []
        for at, (cell, heading) in enumerate(zip(row, headings, strict=True)):
            fill = " " * (wide[at] - width(cell))
            parts.append(fill + cell if heading in _RIGHT else cell + fill)
        line = _cut(_GAP.join(parts).rstrip(), room)
        tint = _COLOURS.get(row[1].rstrip("*=!~"))
        lines.append(f"\x1b[{tint}m{line}\x1b[0m" if colour and tint else line)
    return lines


def _room() -> int | None:
    """The terminal's width; None where the output goes elsewhere and nothing is cut."""
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except OSError:
        return None


def _cut(line: str, room: int | None) -> str:
    if room is None or width(line) <= room:
        return line
    kept = plain(line)
    while kept and width(kept) > room - 1:
        kept = kept[:-1]
    return f"{kept}…"
