"""A comparison as a person reads it: three small tables, and who is ahead in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

from orgloop.ledger.plain import one_line, width
from orgloop.tune.comparison import Comparison, Standing
from orgloop.tune.statistics import MOST_RUNS, Duel, Interval


def comparison_lines(found: Comparison) -> list[str]:
    """The whole, for stdout."""
    lines = ["", _heading(found), ""]
    lines += _aligned(_progress_rows(found))
    lines += ["", *(f"  {line}" for line in _explained(found)), ""]
    lines += _aligned(_anytime_rows(found))
    if len(found.tasks) > 1:
        lines += ["", *_aligned(_task_rows(found))]
    return [*lines, "", *(_duel(one) for one in found.duels), _verdict(found)]


def _heading(found: Comparison) -> str:
    names = ", ".join(
        f"{one_line(task.task, 40)}{' (simulated)' if task.simulated else ''}"
        for task in found.tasks
    )
    runs = f"{found.runs} runs" if found.runs > 1 else "1 run"
    return f"{names}: {runs} of {found.experiments} experiments from the same seeds"


def _progress_rows(found: Comparison) -> list[list[str]]:
    paid = any(one.per_usd is not None for one in found.standings)
    rows = [["", "progress", "gain at the end", "progress per bench-hour"]]
    rows[0] += ["per dollar"] * paid + ["kept", "crashed"]
    for one in _listed(found):
        cells = [one.org, interval(one.progress), interval(one.gain), _maybe(one.per_bench_hour)]
        cells += [_maybe(one.per_usd)] * paid
        rows.append([*cells, f"{one.kept:.1f}", f"{one.crashed:.1f}"])
    return rows


def _anytime_rows(found: Comparison) -> list[list[str]]:
    shares = found.standings[0].anytime
    rows = [["gain after", *(_experiments(at.experiments) for at in shares)]]
    rows += [[one.org, *(interval(at.gain) for at in one.anytime)] for one in _listed(found)]
    return rows


def _task_rows(found: Comparison) -> list[list[str]]:
    rows = [["progress on", *(one.org for one in _listed(found)), ""]]
    for at, task in enumerate(found.tasks):
        cells = [interval(one.tasks[at].progress) for one in _listed(found)]
        rows.append([one_line(task.task, 40), *cells, one_line(task.metric, 40)])
    return rows


def _listed(found: Comparison) -> list[Standing]:
    return [*found.standings, *([found.reference] if found.reference else [])]


def _explained(found: Comparison) -> list[str]:
    verified = {task.verified_by for task in found.tasks}
    where = {
        frozenset({"truth"}): "as the simulated surface has it",
        frozenset({"fresh seeds"}): "measured again on fresh seeds",
    }.get(frozenset(verified), "measured again on fresh seeds, or as a simulated surface has it")
    lines = [
        "Progress is the mean gain over the baseline of what stood after each experiment,",
        f"{where}. In brackets 95% intervals over the runs.",
    ]
    if found.unit == "metric":
        task = found.tasks[0]
        lines.append(f"The unit is {one_line(task.metric, 40)}; positive is better.")
    else:
        lines.append("The unit is the progress of Optuna alone on the task, so 1 is what it makes.")
    return lines


def _duel(one: Duel) -> str:
    gap = one.difference
    word = "more" if gap.mean >= 0 else "less"
    size = Interval(
        mean=abs(gap.mean),
        low=None if gap.low is None or gap.high is None else min(abs(gap.low), abs(gap.high)),
        high=None if gap.low is None or gap.high is None else max(abs(gap.low), abs(gap.high)),
    )
    pairs = one.wins + one.losses + one.ties
    if one.ties == pairs:
        return f"{one.org} and {one.rival} made the same progress in each of {_pairs(pairs)}."
    figure = _figure(size.mean, gap)
    text = f"{one.org} made {figure} {word} than {one.rival}"
    if gap.low is not None and gap.high is not None:
        text += f" (95% interval of the difference {_figure(gap.low, gap)} to "
        text += f"{_figure(gap.high, gap)}"
        text += f", p {_p(one.p)})" if one.p is not None else ")"
    same = f", {one.ties} alike" if one.ties else ""
    text += f": ahead in {one.wins} of {_pairs(pairs)}{same}."
    if one.significant:
        return text
    if one.p is None:
        return f"{text} One run each shows nothing: give more with --runs."
    needed = one.runs_needed
    if needed is None:
        return f"{text} That is not significant."
    many = f"over {MOST_RUNS:,}" if needed >= MOST_RUNS else f"about {needed:,}"
    return f"{text} That is not significant; to show a difference this small takes {many} runs."


def _verdict(found: Comparison) -> str:
    if found.winner is not None:
        return f"{found.winner} wins."
    ahead = [one.org for one in found.duels if one.rival == found.baseline and one.significant]
    ahead = [
        one.org
        for one in found.duels
        if one.org in ahead and one.rival == found.baseline and one.difference.mean > 0
    ]
    if ahead:
        return f"Better than {found.baseline} is {' and '.join(ahead)}; none is shown to be best."
    return f"No organization is shown to be better than {found.baseline}."


def interval(found: Interval) -> str:
    """``0.150 [0.117, 0.183]``, in the digits that the interval lets stand."""
    if found.low is None or found.high is None:
        return f"{found.mean:.3g}"
    if found.high <= found.low:
        return f"{found.mean:.4g}"
    low, mean, high = (_figure(value, found) for value in (found.low, found.mean, found.high))
    return f"{mean} [{low}, {high}]"


def _maybe(found: Interval | None) -> str:
    return "–" if found is None else interval(found)


def _figure(value: float, within: Interval) -> str:
    if within.low is None or within.high is None or within.high <= within.low:
        return f"{value:.3g}"
    places = min(12, max(0, 1 - floor(log10((within.high - within.low) / 4))))
    return f"{value:.{places}f}"


def _p(p: float | None) -> str:
    if p is None:
        return "unknown"
    return "<0.0001" if p < 1e-4 else f"{p:.2g}"


def _experiments(count: int) -> str:
    return "1 experiment" if count == 1 else f"{count} experiments"


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count} pairs"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    wide = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        (
            "  " + "  ".join(f"{c}{' ' * (w - width(c))}" for c, w in zip(row, wide, strict=True))
        ).rstrip()
        for row in rows
    ]
