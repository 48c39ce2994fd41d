"""The run from the organization's side, for an engine that amends it."""

from __future__ import annotations

from orgloop.engines.organization import OrgRecord, PastAmendment, RoleRecord
from orgloop.graph.context import WalkContext
from orgloop.ledger.codec import experiment_id

EXPERIMENTS = 200
"""How many of the latest experiments it tells of."""
AMENDMENTS = 50


def org_record(context: WalkContext) -> OrgRecord:
    """Read from the ledger, on its thread; bounded, however long the history."""
    ledger, run = context.ledger, context.run
    begun = ledger.runs.counts(run).started
    after = experiment_id(begun - EXPERIMENTS) if begun > EXPERIMENTS else None
    found = ledger.hindsight.record(run, after=after)
    return OrgRecord(
        experiments=found.fate.experiments,
        measured=found.fate.measured,
        kept=found.fate.kept,
        crashed=found.fate.crashed,
        effects=ledger.experiments.effects(run, EXPERIMENTS),
        noise_sd=found.noise_sd,
        bench_s=found.bench_s_per_measured or 0.0,
        roles={
            row.role: RoleRecord(
                row.role,
                row.visits,
                sum(one.ended_unmeasured for one in row.decisions),
                row.mean_s,
                row.tokens,
            )
            for row in found.roles
        },
        amendments=[
            PastAmendment(str(row.data.get("amendment", "")), row.title, row.state, row.chance)
            for row in ledger.amendments.last(run, AMENDMENTS)
        ],
    )
