"""The names under which requests stand in the ledger's ``commands`` table."""

from __future__ import annotations

STOP = "stop-experiment"
VETO = "veto"
OVERRULE = "overrule"
AGAIN = "again"
BUDGET = "budget"
KEPT_BY_PERSON = "Kept by a person, against the referee"
"""How the reason on record begins for what a person kept."""
BY_PERSON = {STOP: "Stopped by a person", VETO: "Vetoed by a person"}
"""How it begins for what a person ended."""
REQUESTS = (STOP, VETO, OVERRULE, AGAIN, BUDGET)
"""What :class:`~orgloop.lab.requests.requests.Requests` carries out."""
