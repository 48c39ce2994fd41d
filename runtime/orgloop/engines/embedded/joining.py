"""Moves of several tunables at once: what measured as gains apart, and what a plateau calls for."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from orgloop.engines.embedded.axes import Value
from orgloop.engines.embedded.plan import MOST_TUNABLES
from orgloop.engines.embedded.record import near_misses
from orgloop.engines.embedded.survey import Survey

_PAIRED = 6
"""Single steps that evidence speaks for, of which pairs are made on a plateau."""
_JOINT = 40
"""Candidates drawn that change two or three tunables."""

Changes = dict[str, Value]


def combinations(view: Survey) -> list[Changes]:
    """Near misses two by two, and the best three."""
    misses = near_misses(view)
    pairs: list[Changes] = [
        {**one.own, **other.own}
        for index, one in enumerate(misses)
        for other in misses[index + 1 :]
        if not one.own.keys() & other.own.keys()
    ]
    triples = [
        {**pair, **other.own}
        for pair in pairs
        for other in misses
        if not pair.keys() & other.own.keys()
    ]
    return [one for one in (*pairs, *triples) if len(one) <= MOST_TUNABLES]


def promising(view: Survey, singles: Sequence[Changes]) -> list[Changes]:
    """Pairs of single steps that the evidence about each tunable speaks for."""
    known = [one for one in singles if len(one) == 1 and all(map(view.about, one))]
    if len(known) < 2:
        return []
    expected, sd = view.surface.predict(np.array([view.point(one) for one in known]))
    order = [at for at in np.argsort(-expected / sd) if expected[at] > 0][:_PAIRED]
    return [
        {**known[one], **known[other]}
        for rank, one in enumerate(order)
        for other in order[rank + 1 :]
        if not known[one].keys() & known[other].keys()
    ]


def drawn(near: Mapping[str, Sequence[Value]], rng: random.Random) -> list[Changes]:
    """Changes of two or three tunables about the incumbent."""
    keys = [key for key, values in near.items() if values]
    if len(keys) < 2:
        return []
    return [
        {
            key: rng.choice(near[key])
            for key in rng.sample(keys, min(len(keys), rng.randint(2, MOST_TUNABLES)))
        }
        for _ in range(_JOINT)
    ]
