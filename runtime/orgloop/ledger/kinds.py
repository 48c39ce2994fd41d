"""Kinds of measurements that no rule of the search reads."""

from __future__ import annotations

AUDIT = "audit"
"""On fresh seeds, after a run."""
AGAIN = "again"
"""What a person had measured of an experiment that was over: evidence of the noise, and of nothing
else that a rule reads."""
APART = (AUDIT, AGAIN)
FOR_THE_SEARCH = "kind NOT IN (" + ", ".join(f"'{kind}'" for kind in APART) + ")"
"""The same as a condition of SQL, for the others."""
