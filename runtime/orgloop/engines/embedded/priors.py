"""What is usual of training scripts: which constants matter most, and which way they tend to pay.

A prior and no more: it orders the first experiments, and a few measurements outweigh it. Names are
read as words, so that ``n_embd``, ``HIDDEN`` and ``--batch-size`` are known for what they are.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

from orgloop.engines.tunables.names import family, leaf, words
from orgloop.task import Task

_SOON = 120.0
"""Seconds of training below which a model is short of steps and not of capacity."""


@dataclass(frozen=True, slots=True)
class Custom:
    """What is expected of a kind of constant before anything was measured."""

    matters: float
    """How large its effects usually are, against 1."""
    way: float = 0.0
    """-1 to 1: which way it usually helps, and how surely."""
    short_way: float | None = None
    """The same where training is cut off early; None where it is no different."""
    step: float = 1.0
    """Factors of two that a first step takes: sizes cost more than rates do."""


_RATE = Custom(1.5, 0.4, 0.5)
_SIZE = Custom(1.3, 0.1, -0.5, 0.75)
_CONTEXT = Custom(1.3, 0.1, -0.5, 0.75)
_BATCH = Custom(1.1, 0.0, -0.2)
_DEPTH = Custom(0.8, 0.1, -0.3)
_ACTIVATION = Custom(1.2)
_LATE = Custom(0.9, 0.3, 0.4)
_EARLY = Custom(0.6, 0.0, -0.2)
_INITIAL = Custom(0.8, -0.1)
_OTHER = Custom(0.8)
_BY_WORD: tuple[tuple[frozenset[str], Custom], ...] = (
    (frozenset(("activation", "activations", "act", "nonlinearity")), _ACTIVATION),
    (frozenset(("optimizer", "optimiser", "opt", "loss", "norm", "schedule")), Custom(0.9)),
    (frozenset(("cooldown", "warmdown", "anneal", "annealing")), _LATE),
    (frozenset(("warmup",)), _EARLY),
    (frozenset(("context", "window", "ctx", "seq", "block", "lookback")), _CONTEXT),
    (frozenset(("batch",)), _BATCH),
    (frozenset(("clip", "clipping")), Custom(0.5, 0.1)),
    (frozenset(("init", "std", "initial")), _INITIAL),
    (frozenset(("embd", "embed", "embedding")), Custom(0.9, 0.1, 0.0, 0.75)),
)
_BY_FAMILY = {
    "learning rate": _RATE,
    "width": _SIZE,
    "depth": _DEPTH,
    "heads": Custom(0.6),
    "decay": Custom(0.7, 0.0, -0.1),
    "dropout": Custom(0.8, -0.1, -0.5),
    "momentum": Custom(0.6),
    "epsilon": Custom(0.3),
    "scale": _INITIAL,
}


_LIKED = {
    "gelu": 0.7, "relu": 0.7, "silu": 0.6, "swish": 0.6, "swiglu": 0.7, "relu2": 0.3,
    "adamw": 0.5, "lion": 0.3, "muon": 0.5, "cosine": 0.5, "linear": 0.3, "rmsnorm": 0.3,
    "sigmoid": -0.5, "sgd": -0.3,
}  # fmt: skip
"""Choices that usually do well, against others of their kind."""


def liked(choice: object) -> float:
    """How well a choice usually does: 0 where nothing is known of it."""
    return _LIKED.get(str(choice).lower(), 0.0)


@lru_cache(maxsize=1024)
def custom_of(name: str) -> Custom:
    """What is usual of a constant of this name."""
    own = words(leaf(name))
    pairs = set(itertools.pairwise(own))
    if ("warm", "down") in pairs or ("cool", "down") in pairs:
        return _LATE
    if ("warm", "up") in pairs:
        return _EARLY
    if "final" in own or "min" in own:
        return Custom(0.6, -0.1)
    kind = family(name)
    if kind not in ("dropout", "decay", "momentum") and own[-1:] in (("rate",), ("lr",)):
        return _RATE if kind == "learning rate" else Custom(1.1, 0.4, 0.5)
    for known, custom in _BY_WORD:
        if known.intersection(own):
            return custom
    return _BY_FAMILY.get(kind, _OTHER)


def cut_short(task: Task) -> bool:
    """Whether the task's own limit ends training early, so that cheaper steps are worth much."""
    return min(task.limits.cpu or task.limits.wall, task.limits.wall) <= _SOON


def way_of(name: str, *, short: bool) -> float:
    """-1 to 1: which way a constant of this name usually helps."""
    custom = custom_of(name)
    return custom.short_way if short and custom.short_way is not None else custom.way
