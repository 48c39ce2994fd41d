"""How an organization did in its trials, for whoever proposes what to change about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from pydantic import TypeAdapter, ValidationError

from orgloop.engines.organization import OrgRecord, RoleRecord

FILE = "record.json"
_ADAPTER = TypeAdapter(OrgRecord)


def write_record(place: Path, record: OrgRecord) -> None:
    """Keep the record of the trial at ``place`` beside its result."""
    (place / FILE).write_bytes(_ADAPTER.dump_json(record))


def read_record(place: Path) -> OrgRecord | None:
    """The record of the trial at ``place``; None where an earlier version kept none."""
    try:
        return _ADAPTER.validate_json((place / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def merged(records: Iterable[OrgRecord]) -> OrgRecord:
    """Trials on several tasks as one record; effects are in units of their own task's noise.

    Where a task has no noise its effects are left out: there is nothing to set them against.
    """
    some = list(records)
    names = dict.fromkeys(name for one in some for name in one.roles)
    noisy = [one for one in some if one.noise_sd]
    return OrgRecord(
        experiments=sum(one.experiments for one in some),
        measured=sum(one.measured for one in some),
        kept=sum(one.kept for one in some),
        crashed=sum(one.crashed for one in some),
        effects=[effect / (one.noise_sd or 1.0) for one in noisy for effect in one.effects],
        noise_sd=1.0 if noisy else None,
        bench_s=fmean(one.bench_s for one in some) if some else 0.0,
        roles={name: _role(name, [one.roles[name] for one in some if name in one.roles])
               for name in names},
    )  # fmt: skip


def _role(name: str, parts: Sequence[RoleRecord]) -> RoleRecord:
    visits = sum(one.visits for one in parts)
    return replace(
        parts[0],
        name=name,
        visits=visits,
        ended=sum(one.ended for one in parts),
        mean_s=sum(one.mean_s * one.visits for one in parts) / visits if visits else 0.0,
        tokens=sum(one.tokens for one in parts),
    )
