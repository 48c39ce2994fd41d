"""The names under which requests stand in the ledger's ``commands`` table."""

from __future__ import annotations

STOP = "stop-experiment"
VETO = "veto"
BUDGET = "budget"
REQUESTS = (STOP, VETO, BUDGET)
"""What :class:`~orgloop.lab.requests.requests.Requests` carries out."""
