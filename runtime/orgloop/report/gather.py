"""Makes a report from the ledger, and from git what generations were; also while the lab runs."""

from __future__ import annotations

from collections.abc import Iterator

from orgloop.lab.summary import RunSummary, summarise
from orgloop.ledger import Ledger, RunRow
from orgloop.ledger.accounts import GroupAccount, Spent
from orgloop.ledger.attribution import attribute
from orgloop.ledger.hindsight import org_record
from orgloop.report.generations import ReadGeneration, compare_generations
from orgloop.report.model import (
    CallLine,
    Costs,
    ExperimentLine,
    GroupLine,
    Progress,
    RoleLine,
    RunReport,
    SlotLine,
)
from orgloop.task import Task

HOUR = 3600.0


def gather_report(
    ledger: Ledger, run: RunRow, read_generation: ReadGeneration | None = None
) -> RunReport:
    """Everything that there is to say of ``run``.

    ``read_generation`` gives the files of a generation; without it no line of theirs is told.
    """
    task = Task.model_validate(run.task)
    slots = run.options.get("slots")
    if isinstance(slots, int):
        task = task.model_copy(update={"slots": slots})
    summary = summarise(ledger, run.id, task)
    assert summary is not None, "the run was found just now, and rows are never deleted"
    counts, accounts = ledger.runs.counts(run.id), ledger.accounts
    costs = _costs(
        Spent(
            counts.input_tokens,
            counts.cached_tokens,
            counts.output_tokens,
            counts.cost_usd,
            counts.unpriced_tokens,
        )
    )
    walks = ledger.hindsight.walks(run.id)
    attribution = attribute(walks, ledger.incumbents.all(run.id), task.goal)
    return RunReport(
        summary=summary,
        costs=costs,
        unpriced_models=ledger.calls.unpriced_models(run.id),
        progress=list(_progress(summary, costs)),
        roles=[
            RoleLine(
                role=row.role,
                engines=list(row.engines),
                visits=row.visits,
                failures=row.failures,
                mean_s=row.mean_s,
                longest_s=row.longest_s,
                costs=_costs(row.spent),
            )
            for row in accounts.by_role(run.id)
        ],
        outcomes=_groups(accounts.by_outcome(run.id)),
        generations=_groups(accounts.by_generation(run.id)),
        organization=org_record(
            walks, noise_sd=counts.noise_sd, elsewhere=ledger.hindsight.measured_changes(run.id)
        ),
        attribution=attribution,
        changes=compare_generations(
            attribution.generations, ledger.generations.all(run.id), read_generation
        ),
        outside_the_flow=_costs(accounts.outside_the_flow(run.id)),
        ends=_groups(accounts.by_end(run.id)),
        slots=[
            SlotLine(
                slot=row.slot,
                measurements=row.measurements,
                busy_s=row.busy_s,
                share=min(1.0, row.busy_s / counts.active_s) if counts.active_s else 0.0,
            )
            for row in accounts.by_slot(run.id)
        ],
        dearest_calls=[
            CallLine(
                experiment=row.experiment,
                role=row.node,
                visit=row.visit,
                model=row.model,
                tokens=row.tokens,
                cost_usd=row.cost_usd,
                wall_s=row.wall_s,
                error=row.error,
            )
            for row in ledger.calls.dearest(run.id)
        ],
        dearest_experiments=[
            ExperimentLine(id=id, title=title, tokens=tokens, cost_usd=cost)
            for id, title, tokens, cost in accounts.dearest_experiments(run.id)
        ],
    )


def _progress(summary: RunSummary, costs: Costs) -> Iterator[Progress]:
    """Gain for each unit that was used at all; a unit that nobody can count is left out."""
    if summary.gain is None:
        return
    dollars = costs.cost_usd if costs.cost_usd and not costs.unpriced_tokens else 0.0
    for unit, used in (
        ("experiment", float(summary.experiments)),
        ("hour", summary.wall_s / HOUR),
        ("bench-hour", summary.bench_busy_s / HOUR),
        ("dollar", dollars),
        ("million tokens", costs.tokens / 1e6),
    ):
        if used > 0:
            low, high = summary.gain_low, summary.gain_high
            yield Progress(
                unit=unit,
                used=used,
                gain=summary.gain / used,
                low=None if low is None else low / used,
                high=None if high is None else high / used,
            )


def _groups(found: list[GroupAccount]) -> list[GroupLine]:
    return [
        GroupLine(
            name=row.name, experiments=row.experiments, kept=row.kept, costs=_costs(row.spent)
        )
        for row in found
    ]


def _costs(spent: Spent) -> Costs:
    nobody_knows = spent.unpriced_tokens > 0 and spent.cost_usd == 0
    return Costs(
        input_tokens=spent.input_tokens,
        cached_tokens=spent.cached_tokens,
        output_tokens=spent.output_tokens,
        cost_usd=None if nobody_knows else spent.cost_usd,
        unpriced_tokens=spent.unpriced_tokens,
    )
