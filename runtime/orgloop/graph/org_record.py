"""The run from the organization's side, for an engine that amends it."""

from __future__ import annotations

from orgloop.engines.organization import OrgRecord, PastAmendment, RoleRecord
from orgloop.ledger import Ledger
from orgloop.ledger.hindsight import RECENT

AMENDMENTS = 50


def org_record(ledger: Ledger, run: str) -> OrgRecord:
    """Read from ``run``'s ledger, on the thread that owns it; bounded, however long the history."""
    found = ledger.hindsight.recent(run)
    return OrgRecord(
        experiments=found.fate.experiments,
        measured=found.fate.measured,
        kept=found.fate.kept,
        crashed=found.fate.crashed,
        effects=ledger.experiments.effects(run, RECENT),
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
