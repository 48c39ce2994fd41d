"""Whether two hypotheses say the same, by their titles.

A title is taken as the set of its words in lower case, numbers included, a few empty words left
out. Two are alike by the Jaccard index of their sets: shared words over all words (P. Jaccard,
1901). "Dropout 0.1" and "dropout of 0.1" have 1, "dropout 0.1" and "dropout 0.2" one third.
"""

from __future__ import annotations

import re

ALIKE = 0.75
"""From this index on titles are called alike: three of four words."""
WINDOW = 300
"""Finished experiments that are looked at for a title that is nearly the same."""

_WORD = re.compile(r"[^\W_]+(?:[.\-+][^\W_]+)*")
_EMPTY = frozenset(
    re.findall(r"\w+", "a an and at by for from in into is of on or the then to try using we with")
)


def title_key(title: str) -> str:
    """The title's words, sorted, with blanks between; empty where none says anything."""
    words = {word for word in _WORD.findall(title.casefold()) if word not in _EMPTY}
    return " ".join(sorted(words))[:300]


def alikeness(one: str, other: str) -> float:
    """The Jaccard index of two keys, 0 to 1; 0 where one of them is empty."""
    first, second = set(one.split()), set(other.split())
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0
