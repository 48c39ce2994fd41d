"""The names under which requests stand in the ledger's ``commands`` table."""

from __future__ import annotations

STOP = "stop-experiment"
VETO = "veto"
BUDGET = "budget"
BY_PERSON = {STOP: "Stopped by a person", VETO: "Vetoed by a person"}
"""How the reason on record begins for what a person ended."""
REQUESTS = (STOP, VETO, BUDGET)
"""What :class:`~orgloop.lab.requests.requests.Requests` carries out."""
