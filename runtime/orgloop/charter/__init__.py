"""The charter: how the roles connect, and under which rules the organization works."""

from orgloop.charter.check_flow import check_flow
from orgloop.charter.flow import (
    BENCH,
    BENCH_LABELS,
    CRASHED,
    DISCARD,
    KEEP,
    MEASURED,
    STALE,
    STATIONS,
    Edge,
    Flow,
)
from orgloop.charter.model import Accept, Budget, Charter, CharterFrontmatter, Probation, Ties
from orgloop.charter.parse import chart_of, parse_charter

__all__ = [
    "BENCH",
    "BENCH_LABELS",
    "CRASHED",
    "DISCARD",
    "KEEP",
    "MEASURED",
    "STALE",
    "STATIONS",
    "Accept",
    "Budget",
    "Charter",
    "CharterFrontmatter",
    "Edge",
    "Flow",
    "Probation",
    "Ties",
    "chart_of",
    "check_flow",
    "parse_charter",
]
