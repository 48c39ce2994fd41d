"""`orgloop log`: the experiments of a run, for people, for scripts and for autoresearch's tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from orgloop.cli.log_table import table
from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.cli.running import state_now
from orgloop.ledger import BASELINE, ExperimentRow, Ledger, RunRow
from orgloop.ledger.plain import one_line


def log_command(
    lab: Path,
    *,
    as_json: bool = False,
    as_tsv: bool = False,
    run: str | None = None,
    limit: int | None = None,
) -> int:
    """Print the experiments that finished, in that order; ``limit`` keeps the latest.

    Also while the lab runs in another process. Raises
    :class:`~orgloop.errors.OrgloopError`; the exit code is 0 otherwise.
    """
    ledger = open_ledger(lab)
    if ledger is None:
        return _nothing(as_json)
    with ledger:
        row = pick_run(ledger, run)
        if row is None:
            return _nothing(as_json)
        if as_json:
            say(json.dumps(log_json(ledger, row, limit)))
        elif as_tsv:
            for line in results_tsv(ledger, row, limit):
                say(line)
            unmeasured = sum(_never_ran(one) for one in _finished(ledger, row, limit))
            if unmeasured:
                whose = "1 proposal" if unmeasured == 1 else f"{unmeasured} proposals"
                remark(f"Left out: {whose} turned down before a run.")
            if row.task.get("evaluate") is None:
                remark("Self-reported: the numbers are what the training code printed of itself.")
        else:
            for line in table(ledger, row, limit, state=state_now(lab, row)):
                say(line)
    return 0


def _nothing(as_json: bool) -> int:
    if as_json:
        say("[]")
    remark(NOT_YET)
    return 0


def log_json(ledger: Ledger, run: RunRow, limit: int | None = None) -> list[dict[str, object]]:
    """One object for each finished experiment; a field that is here stays here."""
    measured = ledger.measurements.all_values(run.id)
    again = ledger.measurements.values_again(run.id)
    told = ledger.messages.read_during(run.id)
    audited = ledger.audits.verdicts(run.id)
    return [
        {
            "id": row.id,
            "status": row.status,
            "commit": row.commit,
            "base": row.base,
            "value": row.value,
            "measurements": measured.get(row.id, []),
            "generation": row.generation,
            "title": row.title,
            "tokens": row.tokens,
            # A clock that was set back gives 0, and never a negative time.
            "wall_s": round(max(0.0, (row.finished or row.created) - row.created), 3),
            "stderr": row.stderr,
            "gain": row.gain,
            "gain_stderr": row.gain_stderr,
            "reason": row.reason,
            "overruled": row.overruled,
            "conceded": row.conceded,
            "self_reported": run.task.get("evaluate") is None,
            "cost_usd": row.cost_usd,
            "unpriced_tokens": row.unpriced_tokens,
            "started": row.created,
            "finished": row.finished,
            "again": again.get(row.id, []),
            "told": [one.text for one in told.get(row.id, [])],
            "audit": audited[row.id].verdict if row.id in audited else None,
        }
        for row in _finished(ledger, run, limit)
    ]


def results_tsv(ledger: Ledger, run: RunRow, limit: int | None = None) -> list[str]:
    """Lines of autoresearch's ``results.tsv``, header first, then the baseline.

    Its rules: the commit in 7 characters, the metric in 6 decimals, memory in GB in one; a crash
    is ``0.000000`` and ``0.0``. A proposal that was turned down before it ran has no row: there
    every row is a run, and a 0 that is no crash would be the best value of all.
    """
    metric = one_line(str(run.task.get("metric", "value")), 60)
    lines = ["\t".join(("commit", metric, "memory_gb", "status", "description"))]
    peaks = ledger.measurements.peaks(run.id)
    baseline = ledger.incumbents.baseline(run.id)
    if baseline is not None:
        memory = _gigabytes(*peaks.get(BASELINE, (0, {})))
        lines.append(f"{baseline.commit[:7]}\t{baseline.value:.6f}\t{memory:.1f}\tkeep\tbaseline")
    for row in _finished(ledger, run, limit):
        if _never_ran(row):
            continue
        crashed = row.status == "crash"
        value = 0.0 if crashed or row.value is None else row.value
        memory = 0.0 if crashed else _gigabytes(*peaks.get(row.id, (0, {})))
        what = one_line(row.title or row.reason, 300)
        commit = (row.commit or row.base)[:7]
        lines.append(f"{commit}\t{value:.6f}\t{memory:.1f}\t{row.status}\t{what}")
    return lines


def _never_ran(row: ExperimentRow) -> bool:
    return row.value is None and row.status != "crash"


def _gigabytes(peak_bytes: int, printed: Mapping[str, float]) -> float:
    """Video memory where the run printed it, as autoresearch's does; else resident memory."""
    video = printed.get("peak_vram_mb")
    return video / 1024 if video is not None else peak_bytes / 2**30


def _finished(ledger: Ledger, run: RunRow, limit: int | None) -> list[ExperimentRow]:
    if limit is None:
        return ledger.experiments.finished(run.id)
    return ledger.experiments.recent(run.id, limit)[::-1]
