"""A tuning as a person reads it: what was tried, what was kept, and what that is worth."""

from __future__ import annotations

from orgloop.cli.compare_table import interval
from orgloop.ledger.numbers import change, measured
from orgloop.ledger.plain import one_line
from orgloop.tune.outer.report import Attempt, HeldOut, Tuning


def tuning_lines(found: Tuning) -> list[str]:
    """The whole, for stdout."""
    tasks = ", ".join(found.tasks)
    lines = ["", f"{one_line(found.org)}, tuned on {tasks} (simulated)", ""]
    lines += [_attempt(one) for one in found.attempts]
    before = measured(found.run.baseline, found.run.baseline_stderr)
    lines += ["", f"{len(found.attempts)} amendments in {found.trials} trials. "
                  f"Progress on the tuning tasks was {before}; {_after(found)}"]  # fmt: skip
    for title, verdict in (
        ("Held-out tasks", found.held_out),
        ("The lab's own task", found.confirmed),
    ):
        if verdict is not None:
            lines += ["", *_verdict(title, verdict)]
    return lines


def _attempt(one: Attempt) -> str:
    gain = "" if one.gain is None else f", {change(one.gain, one.gain_stderr)}"
    runs = "1 run" if one.measurements == 1 else f"{one.measurements} runs"
    why = "" if one.gain is not None else f": {one_line(one.reason, 80)}"
    return f"  {one.id}  {one.status:8}{one_line(one.title, 80)}{gain} over {runs}{why}"


def _after(found: Tuning) -> str:
    if not found.kept:
        return "nothing was kept: no amendment was shown to be better."
    after = measured(found.run.best, found.run.best_stderr)
    kept = ", ".join(one_line(one.key or one.title, 60) for one in found.kept)
    return f"with {kept} it is {after}."


def _verdict(title: str, found: HeldOut) -> list[str]:
    comparison = found.comparison
    tasks = ", ".join(one_line(line.task, 40) for line in comparison.tasks)
    unit = (
        "the progress of Optuna alone is 1"
        if comparison.unit == "optuna"
        else f"progress in {one_line(comparison.tasks[0].metric, 40)}"
    )
    runs = "1 run" if comparison.runs == 1 else f"{comparison.runs} runs"
    lines = [f"{title} ({tasks}), {runs} each; {unit}, 95% intervals in brackets:"]
    wide = max(len(one.org) for one in comparison.standings)
    lines += [f"  {one.org:{wide}}  {interval(one.progress)}" for one in comparison.standings]
    return [*lines, _said(found)]


def _said(found: HeldOut) -> str:
    if found.duel is None:
        return f"{found.start} stands as it was, so there is nothing to compare it with but solo."
    text = f"{found.tuned} made {interval(found.ratio)} times the progress of {found.start}."
    low, high = found.ratio.low, found.ratio.high
    if low is None or high is None:
        return f"{text} One run each shows nothing: give more with --runs."
    if low > 1:
        return f"{text} The gain holds on tasks that nothing was tuned on."
    if high < 1:
        return f"{text} It is worse there: what was gained was the tuning tasks' own."
    return f"{text} That is not shown to be a gain, nor to be none."
