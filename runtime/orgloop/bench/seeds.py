"""The seeds of measurements: no two in a run are the same unless they are meant to be."""

from __future__ import annotations

import hashlib
from typing import Literal

Stream = Literal["search", "promotion", "audit"]
_STREAMS: tuple[Stream, ...] = ("search", "promotion", "audit")
_HALF = 14
_MASK = (1 << _HALF) - 1
LARGEST_INDEX = (1 << 2 * _HALF) - 1


def seed_value(run_seed: int, index: int, stream: Stream) -> int:
    """A seed of 31 bits, the same for the same arguments and different for any others.

    The stream takes the top bits, the index goes through a permutation of the other 28 that only
    who knows ``run_seed`` can compute (a Feistel network on SHA-256), so neither two indexes nor
    two streams of a run can meet. Raises ValueError where ``index`` is out of range.
    """
    if not 0 <= index <= LARGEST_INDEX:
        raise ValueError(f"a seed's index is between 0 and {LARGEST_INDEX}, not {index}")
    left, right = index >> _HALF, index & _MASK
    for turn in range(4):
        left, right = right, left ^ _scramble(run_seed, stream, turn, right)
    return (1 + _STREAMS.index(stream)) << 2 * _HALF | left << _HALF | right


def _scramble(run_seed: int, stream: Stream, turn: int, half: int) -> int:
    digest = hashlib.sha256(f"orgloop {run_seed} {stream} {turn} {half}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & _MASK
