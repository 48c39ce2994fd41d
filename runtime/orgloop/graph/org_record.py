"""The run from the organization's side, for an engine that amends it."""

from __future__ import annotations

from orgloop.engines.organization import OrgRecord, PastAmendment, RoleRecord
from orgloop.graph.context import WalkContext

EXPERIMENTS = 200
"""How many of the latest experiments it tells of."""
AMENDMENTS = 50


def org_record(context: WalkContext) -> OrgRecord:
    """Read from the ledger, on its thread; bounded, however long the history."""
    ledger, run = context.ledger, context.run
    found = ledger.organization.latest(run, EXPERIMENTS)
    return OrgRecord(
        experiments=found.experiments,
        measured=found.measured,
        kept=found.kept,
        crashed=found.crashed,
        effects=found.effects,
        noise_sd=ledger.runs.counts(run).noise_sd,
        bench_s=found.bench_s,
        roles={
            row.name: RoleRecord(row.name, row.visits, row.ended, row.mean_s, row.tokens)
            for row in found.roles
        },
        amendments=[
            PastAmendment(str(row.data.get("amendment", "")), row.title, row.state, row.chance)
            for row in ledger.amendments.last(run, AMENDMENTS)
        ],
    )
