"""The names under which requests stand in the ledger's ``commands`` table."""

from __future__ import annotations

STOP = "stop-experiment"
VETO = "veto"
REQUESTS = (STOP, VETO)
"""What :class:`~orgloop.lab.requests.requests.Requests` carries out."""
