"""Who proposes amendments: the embedded meta-role's moves, drawn by what trials have shown."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orgloop.engines.embedded.amending.moves import Move, boldness_moves, checks, moves
from orgloop.engines.embedded.amending.weigh import Tried, draw, weigh
from orgloop.engines.organization import OrgRecord
from orgloop.org import Org

STRIDES = 3
"""Steps in one direction that are proposed as one amendment, at most: a step is a factor of two,
and between neighbours trials see little."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amendment that has not been checked."""

    key: str
    title: str
    why: str
    edits: Mapping[str, bytes | None]
    """New content by path; None removes the file."""


class Proposer(Protocol):
    """Anything that amends organizations: the embedded moves, or a model that reads the record."""

    def propose(
        self,
        org: Org,
        record: OrgRecord,
        tried: Sequence[Tried],
        *,
        settled: Collection[str],
        count: int,
        seed: str,
    ) -> list[Proposal]:
        """At most ``count`` amendments of ``org``, all different; the same for the same arguments.

        ``tried`` is what became of earlier ones, ``settled`` the keys of those that need not be
        tried on this organization again.
        """
        ...


class EmbeddedProposer:
    """Numbers and arrows, without a model. One move is drawn after the other, by weight.

    What trials on a simulated bench cannot tell apart is left out: proposing ahead, where the
    bench takes no time.
    """

    _UNTRIED = frozenset({"lookahead"})

    def propose(
        self,
        org: Org,
        record: OrgRecord,
        tried: Sequence[Tried],
        *,
        settled: Collection[str],
        count: int,
        seed: str,
    ) -> list[Proposal]:
        """See :class:`Proposer`."""
        rng = random.Random(seed)
        left = [
            one
            for one in weigh([*moves(org), *strides(org)], tried, record)
            if one.move.kind not in self._UNTRIED and one.move.key not in settled
        ]
        found: list[Proposal] = []
        while len(found) < count and (chosen := draw(left, rng)) is not None:
            left.remove(chosen)
            move = chosen.move
            if checks(org, move):
                found.append(Proposal(move.key, move.title, chosen.why, move.edits))
        return found


def strides(org: Org) -> list[Move]:
    """How far proposals go, changed by two and three steps at once."""
    return [move for steps in range(2, STRIDES + 1) for move in boldness_moves(org, steps)]
