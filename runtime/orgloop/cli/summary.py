"""The summary that a person reads when a run ends: what was found, how sure it is, what next."""

from __future__ import annotations

from math import floor, isfinite, log10
from pathlib import Path

from orgloop.cli.shown import argument, program, shown
from orgloop.lab.summary import RunSummary
from orgloop.ledger.numbers import duration, measured, spent
from orgloop.ledger.plain import one_line


def summary_text(summary: RunSummary, lab: Path) -> str:
    """Some dozen lines; every number with its uncertainty where there is one."""
    lines = ["", f"{one_line(summary.task)}, run {summary.run}: {_ending(summary)}", ""]
    if summary.baseline is None:
        lines += ["  The baseline was not measured, so nothing is known yet.", ""]
    else:
        lines += [*_values(summary), ""]
    lines += [*_counts(summary), *_places(summary, lab), "", "Next", *_next(summary, lab)]
    return "\n".join(lines)


def _ending(summary: RunSummary) -> str:
    if summary.state == "finished":
        return one_line(summary.reason) or "finished."
    return "stopped. Nothing is lost."


def _values(summary: RunSummary) -> list[str]:
    metric = one_line(summary.metric, 40)
    baseline = measured(summary.baseline, summary.baseline_stderr)
    better = "lower" if summary.goal == "minimize" else "higher"
    lines = [f"  baseline  {metric} {baseline}  ({better} is better)"]
    if summary.best_experiment is None:
        lines.append("  best      the baseline still: nothing was shown to be better")
    else:
        best = measured(summary.best, summary.best_stderr)
        lines.append(f"  best      {metric} {best}  by {summary.best_experiment}")
        lines.append(f"  gain      {_gain(summary)}")
    if summary.deterministic:
        lines.append("  The task is deterministic: repeats agree, and no significance is claimed.")
    elif summary.best_experiment is not None and summary.best_stderr is None:
        lines.append("  Noise was not considered: the best is what looked best once.")
    if summary.self_reported:
        lines.append("  Self-reported: the number is what the training code printed of itself.")
    if summary.simplified:
        cost = f", conceding at most {summary.conceded:.2g} in all" if summary.conceded else ""
        whose = "keep was" if summary.simplified == 1 else "keeps were"
        lines.append(f"  {summary.simplified} {whose} for having less code{cost}.")
    if summary.overruled:
        whose = "keep was" if summary.overruled == 1 else "keeps were"
        lines.append(f"  {summary.overruled} {whose} a person's, and left out of what is claimed.")
        if summary.head_commit != summary.best_commit:
            lines.append(f"  The branch is at {summary.head_experiment}, which a person kept.")
    return lines


def _gain(summary: RunSummary) -> str:
    """The gain with its interval, in the digits that the interval lets stand."""
    gain, low, high = summary.gain, summary.gain_low, summary.gain_high
    if gain is None or low is None or high is None or not isfinite(high - low) or high <= low:
        return summary.gain_text
    places = min(12, max(0, 1 - floor(log10((high - low) / 4))))
    low_text, high_text = (f"{end:.{places}f}" for end in (low, high))
    word = "better" if gain >= 0 else "worse"
    text = f"{abs(gain):.{places}f} {word}, 95% interval {low_text} to {high_text}"
    return text if low > 0 else f"{text}: it may be none"


def _counts(summary: RunSummary) -> list[str]:
    noun = "experiment" if summary.experiments == 1 else "experiments"
    first = (
        f"  {summary.experiments} {noun}: {summary.kept} kept, {summary.discarded} discarded, "
        f"{summary.crashed} crashed" + (f"; {summary.running} in flight" if summary.running else "")
    )
    busy = summary.bench_busy_s / (summary.slots * summary.wall_s) if summary.wall_s else 0.0
    cost = spent(summary.tokens, summary.cost_usd, summary.unpriced_tokens)
    second = (
        f"  {summary.measurements} runs on the bench in {duration(summary.wall_s)}, "
        f"{summary.slots} at one time, {min(busy, 1.0):.0%} busy" + (f"; {cost}" if cost else "")
    )
    return [first, second]


def _places(summary: RunSummary, lab: Path) -> list[str]:
    lines = []
    if summary.best_commit is not None:
        where = "on" if summary.head_commit in (None, summary.best_commit) else "below the head of"
        lines.append(f"  commit  {summary.best_commit[:12]} {where} branch {summary.branch}")
    lines.append(f"  cases   {shown(lab / '.orgloop' / 'cases' / summary.run)}/")
    return lines


def _larger(summary: RunSummary) -> str:
    """The option that doubles the budget that has run out; empty where none has."""
    if summary.reason.startswith("The budget of experiments"):
        return f"--experiments {2 * max(summary.experiments, 1)}"
    if summary.reason.startswith("The budget of dollars"):
        return f"--usd {float(f'{2 * summary.cost_usd:.2g}'):g}" if summary.cost_usd else "--usd 1"
    if summary.reason.startswith("The budget of tokens"):
        return f"--tokens {int(float(f'{2 * summary.tokens:.2g}')) or 100_000}"
    return ""


def _next(summary: RunSummary, lab: Path) -> list[str]:
    orgloop, name = program(), argument(lab)
    where = "" if name == "." else f" {name}"
    steps = []
    if summary.state != "finished":
        steps.append((f"{orgloop} run{where}", "go on from here"))
    elif option := _larger(summary):
        steps.append((f"{orgloop} run{where} {option}", "go on with a larger budget"))
    if summary.best_experiment is not None:
        option = f" --lab{where}" if where else ""
        steps.append((f"{orgloop} show {summary.best_experiment}{option}", "why the best was kept"))
    steps.append((f"{orgloop} log{where}", "every experiment"))
    if summary.best_experiment is not None:
        changed = f"git{f' -C{where}' if where else ''} diff HEAD...{summary.branch}"
        steps.append((changed, "everything that was kept, as one diff"))
        steps.append((f"{orgloop} audit{where}", "does it hold on fresh seeds?"))
        steps.append((f"{orgloop} apply{where}", "then put what holds on your branch"))
    steps.append((f"{orgloop} run{where} --new", "another run, from HEAD"))
    width = max(len(command) for command, _ in steps)
    return [f"  {command:{width}}  {what}" for command, what in steps]
