"""A report as Markdown that reads well as it is, rendered, and in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orgloop.ledger.numbers import dollars, duration, measured
from orgloop.ledger.plain import one_line
from orgloop.report.model import Costs, GroupLine, RunReport
from orgloop.report.organization import how_it_went
from orgloop.report.progress import whose_progress
from orgloop.report.table import table

OUTCOMES = {"keep": "kept", "discard": "discarded", "crash": "crashed", "running": "in flight"}


def render_report(report: RunReport) -> str:
    """The whole page, ending in a newline."""
    parts = [*_head(report), *_progress(report)]
    money = report.costs.tokens > 0 or bool(report.costs.cost_usd)
    if money:
        parts += _money(report)
    parts += _groups("By outcome", "outcome", report.outcomes, money, names=OUTCOMES)
    parts += _groups("Where experiments end that are not kept", "last at", report.ends, money)
    parts += [*how_it_went(report), *whose_progress(report, money)]
    if money and len(report.generations) > 1:
        parts += _groups("Cost by generation", "generation", report.generations, money)
    parts += [*_roles(report, money), *_bench(report)]
    if money:
        parts += _dearest(report)
    return "\n\n".join(parts) + "\n"


def _head(report: RunReport) -> Iterator[str]:
    run = report.summary
    yield f"# {one_line(run.task, 60)}, run {run.run}"
    if run.baseline is None:
        yield f"State: {run.state}. The baseline is not measured yet."
        return
    better = "lower" if run.goal == "minimize" else "higher"
    best = (
        f"{measured(run.best, run.best_stderr)} by {run.best_experiment}"
        if run.best_experiment
        else "the baseline still"
    )
    lines = [
        f"- state: {run.state}" + (f" ({one_line(run.reason, 200)})" if run.reason else ""),
        f"- metric: {one_line(run.metric, 40)}, {better} is better"
        + (", self-reported" if run.self_reported else ""),
        f"- baseline: {measured(run.baseline, run.baseline_stderr)}",
        f"- best: {best}",
    ]
    if run.best_experiment and run.gain_text:
        lines.append(f"- gain: {run.gain_text}")
    if run.overruled:
        lines.append(f"- kept by a person against the referee, and not claimed: {run.overruled}")
    if run.head_commit != run.best_commit:
        lines.append(f"- the branch is at {run.head_experiment}, which a person kept")
    lines.append(
        f"- {run.experiments} {'experiment' if run.experiments == 1 else 'experiments'}: "
        f"{run.kept} kept, {run.discarded} discarded, {run.crashed} crashed"
        + (f"; {run.running} in flight" if run.running else "")
    )
    yield "\n".join(lines)


def _progress(report: RunReport) -> Iterator[str]:
    if not report.progress:
        return
    rows = [
        (
            f"per {one.unit}",
            f"{one.used:,.3g}",
            f"{one.gain:.3g}",
            "" if one.low is None or one.high is None else f"{one.low:.3g} to {one.high:.3g}",
        )
        for one in report.progress
    ]
    yield "## Progress: gain over the baseline"
    yield table(("", "used", "gain", "95% interval"), rows, left=1)


def _money(report: RunReport) -> Iterator[str]:
    costs = report.costs
    share = costs.cached_tokens / costs.input_tokens if costs.input_tokens else 0.0
    yield "## Tokens and dollars"
    lines = [
        f"- in: {costs.input_tokens:,} tokens, {share:.0%} of them from a cache",
        f"- out: {costs.output_tokens:,} tokens",
        f"- cost: {_cost(costs)}",
    ]
    if report.summary.kept:
        per = costs.tokens // report.summary.kept
        each = "" if costs.cost_usd is None else f", {_dollars(costs, report.summary.kept)}"
        lines.append(f"- for each experiment that was kept: {per:,} tokens{each}")
    if report.outside_the_flow.tokens:
        outside = report.outside_the_flow
        lines.append(f"- roles outside the flow: {outside.tokens:,} tokens, {_cost(outside)}")
    if report.unpriced_models:
        models = ", ".join(f"`{one_line(model, 60)}`" for model in report.unpriced_models)
        lines.append(
            f"- not known: what {costs.unpriced_tokens:,} tokens of {models} cost; "
            "`orgloop doctor` says how to set a price"
        )
    yield "\n".join(lines)


def _groups(
    heading: str,
    column: str,
    groups: Sequence[GroupLine],
    money: bool,
    *,
    names: dict[str, str] | None = None,
) -> Iterator[str]:
    if not groups:
        return
    rows = []
    for group in groups:
        name = (names or {}).get(group.name, group.name)
        cells = [one_line(name, 40), f"{group.experiments:,}"]
        if column == "generation":
            cells.append(f"{group.kept:,}")
        if money:
            each = group.costs.tokens // max(1, group.experiments)
            cells += [f"{group.costs.tokens:,}", f"{each:,}", _cost(group.costs)]
        rows.append(tuple(cells))
    columns = [column, "experiments"]
    columns += ["kept"] if column == "generation" else []
    columns += ["tokens", "for each", "cost"] if money else []
    yield f"## {heading}"
    yield table(columns, rows, left=1)


def _roles(report: RunReport, money: bool) -> Iterator[str]:
    if not report.roles:
        return
    rows = []
    for role in report.roles:
        cells = [
            one_line(role.role, 30),
            one_line(", ".join(role.engines), 30) or "none",
            f"{role.visits:,}",
            f"{role.failures:,}" if role.failures else "",
            duration(role.mean_s),
            duration(role.longest_s),
        ]
        if money:
            cells += [f"{role.costs.tokens:,}", _cost(role.costs)]
        rows.append(tuple(cells))
    columns = ["role", "engine", "visits", "failed", "mean", "longest"]
    columns += ["tokens", "cost"] if money else []
    yield "## Roles, the slowest first"
    yield table(columns, rows, left=2)


def _bench(report: RunReport) -> Iterator[str]:
    run = report.summary
    if not report.slots:
        return
    busy = run.bench_busy_s / (run.slots * run.wall_s) if run.wall_s else 0.0
    yield "## The bench"
    yield (
        f"{run.measurements} runs in {duration(run.wall_s)}, {run.slots} at one time, "
        f"{min(busy, 1.0):.0%} busy."
    )
    yield table(
        ("slot", "runs", "busy", "share"),
        [
            (str(one.slot), f"{one.measurements:,}", duration(one.busy_s), f"{one.share:.0%}")
            for one in report.slots
        ],
        left=1,
    )


def _dearest(report: RunReport) -> Iterator[str]:
    if report.dearest_experiments:
        yield "## What cost most"
        yield table(
            ("experiment", "title", "tokens", "cost"),
            [
                (one.id, one_line(one.title, 40), f"{one.tokens:,}", dollars(one.cost_usd))
                for one in report.dearest_experiments
            ],
            left=2,
        )
    if report.dearest_calls:
        yield table(
            ("answer", "model", "tokens", "cost", "took"),
            [
                (
                    f"{one.experiment} {one.role} {one.visit}" + (" (failed)" if one.error else ""),
                    one_line(one.model, 40),
                    f"{one.tokens:,}",
                    "unknown" if one.cost_usd is None else dollars(one.cost_usd),
                    duration(one.wall_s),
                )
                for one in report.dearest_calls
            ],
            left=2,
        )


def _cost(costs: Costs) -> str:
    if costs.cost_usd is None:
        return "unknown"
    return f"at least {dollars(costs.cost_usd)}" if costs.unpriced_tokens else _dollars(costs, 1)


def _dollars(costs: Costs, share: int) -> str:
    return dollars((costs.cost_usd or 0.0) / share)
