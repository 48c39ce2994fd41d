"""Which amendment is worth trying next, by what the record says.

A bandit over kinds of moves: each has a weight from custom, from what the run shows (proposals
that stay within the noise ask for bolder ones; a role that ends many experiments unmeasured asks
whether it should), and from how earlier amendments of its kind went. One is drawn by weight, so
that no conviction of these rules decides alone; the probation does.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from orgloop.engines.embedded.amending.moves import Move
from orgloop.engines.organization import OrgRecord

CUSTOM: Mapping[str, float] = {
    "bolder": 1.0,
    "calmer": 0.4,
    "drop": 0.5,
    "arrow": 0.3,
    "seats": 0.2,
    "rarer": 0.3,
    "skip": 0.4,
    "lookahead": 0.2,
}
"""Weight of a kind of move before anything is known."""
AGAIN = 0.02
"""What is left of a move's weight once it was tried and did not stay."""
_FEW = 5
_TIMID = 1.0
"""True sd of changes, in noise sds, below which proposals are hard to tell apart."""
_RECKLESS = 0.1
"""Share of first measurements that were gains below which proposals go too far."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier amendment."""

    key: str
    stayed: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A move, its weight, and what speaks for it."""

    move: Move
    weight: float
    why: str


def weigh(moves: Sequence[Move], tried: Sequence[Tried], record: OrgRecord | None) -> list[Weighed]:
    """Each move with its weight, the heaviest first."""
    found = [_weighed(move, tried, record or OrgRecord()) for move in moves]
    return sorted(found, key=lambda one: (-one.weight, one.move.key))


def draw(weighed: Sequence[Weighed], rng: random.Random) -> Weighed | None:
    """One of them, by weight; None where there is none."""
    if not weighed:
        return None
    return rng.choices(weighed, weights=[one.weight for one in weighed])[0]


def _weighed(move: Move, tried: Sequence[Tried], record: OrgRecord) -> Weighed:
    weight = CUSTOM[move.kind]
    factor, why = _evidence(move, record)
    weight *= factor
    alike = [one.stayed for one in tried if _kind(one.key) == move.kind]
    # Laplace's rule, in odds against an even chance: one failure halves, one success adds half.
    weight *= 2 * (1 + sum(alike)) / (2 + len(alike))
    if any(one.key == move.key and not one.stayed for one in tried):
        weight *= AGAIN
        why = "it was tried, and may do better now"
    return Weighed(move, weight, why)


def _evidence(move: Move, record: OrgRecord) -> tuple[float, str]:
    if move.kind in ("bolder", "calmer"):
        return _of_boldness(move, record)
    role = record.roles.get(move.role)
    if role is None or not record.experiments:
        return 1.0, "nothing speaks against a try"
    if move.kind in ("drop", "arrow", "seats"):
        ended = role.ended / record.experiments
        if ended > 0:
            said = f"`{role.name}` ended {ended:.0%} of the experiments before they were measured"
            return 1.0 + 6.0 * ended, said
        share = role.mean_s / record.bench_s if record.bench_s > 0 else 0.0
        if share > 1:
            return 2.0, f"a visit of `{role.name}` takes {share:.1f} times what the bench takes"
    return 1.0, f"`{role.name}` was asked {role.visits} times, and nothing shows what for"


def _of_boldness(move: Move, record: OrgRecord) -> tuple[float, str]:
    effects = list(record.effects)
    bolder = move.kind == "bolder"
    if len(effects) < _FEW:
        return 1.0, "custom has it that first proposals are too small"
    gains = fmean(effect > 0 for effect in effects)
    if record.noise_sd:
        spread = math.sqrt(max(0.0, pstdev(effects) ** 2 - record.noise_sd**2))
        if spread < _TIMID * record.noise_sd:
            said = f"changes differ by {spread:.2g}, the noise by {record.noise_sd:.2g}"
            return (3.0 if bolder else 0.3), said
    crashed = record.crashed / max(1, record.experiments)
    if gains < _RECKLESS or crashed > 0.5:
        said = f"{gains:.0%} of the changes measured better, {crashed:.0%} crashed"
        return (0.5 if bolder else 3.0), said
    return 1.0, f"{gains:.0%} of the changes measured better"


def _kind(key: str) -> str:
    return key.partition(":")[0]
