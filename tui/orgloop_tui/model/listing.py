"""Which experiments a table lists, and in what order."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from orgloop_tui.model.line import Line

Key = Callable[[Line], float | str | None]
"""Of one sort all are of one type, which is what a type checker cannot know below."""
SORTS: dict[str, Key] = {
    "newest": lambda line: line.number,
    "value": lambda line: line.value,
    "gain": lambda line: line.gain,
    "time": lambda line: (line.finished or line.created) - line.created,
    "tokens": lambda line: line.tokens or None,
    "state": lambda line: line.where,
    "title": lambda line: line.title.casefold() or None,
}
"""What a table can be sorted by. Lines without such a thing come last, whichever way."""
_DOWN = ("newest", "gain", "time", "tokens")
"""What comes with its greatest first."""
_FEW = 50
"""New lines up to which each is put into its place; more are sorted with the rest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asked to see."""

    words: str = ""
    """All of them must be found in a line: its id, state, title or reason; ``g3`` is a
    generation."""
    sort: str = "newest"
    reverse: bool = False

    def next_sort(self) -> Choice:
        """Sorted by the next thing."""
        names = list(SORTS)
        following = names[(names.index(self.sort) + 1) % len(names)]
        return replace(self, sort=following, reverse=False)


class Listing:
    """Keeps a table's lines in order: of thousands that have finished, it looks at the new ones."""

    def __init__(self) -> None:
        self._choice: object = None
        self._last: Line | None = None
        self._count = 0
        """How many of the finished ones have been looked at; ``_last`` is the last of them."""
        self._having: list[Line] = []
        """Least first."""
        self._without: list[Line] = []

    def lines(
        self,
        running: Sequence[Line],
        finished: Sequence[Line],
        choice: Choice,
        *,
        minimize: bool = True,
    ) -> list[Line]:
        """The lines of a table, the first at the top.

        ``finished`` is in the order in which they finished, so that what is new stands at its end.
        """
        words, key = choice.words.casefold().split(), SORTS[choice.sort]
        count = self._count
        goes_on = (
            self._choice == (choice.words, choice.sort)
            and count <= len(finished)
            and (not count or finished[count - 1] is self._last)
        )
        if not goes_on:
            self._choice = (choice.words, choice.sort)
            self._count, self._having, self._without = 0, [], []
        new = [line for line in finished[self._count :] if not words or _matches(line, words)]
        self._count, self._last = len(finished), finished[-1] if finished else None
        self._add(new, key)
        now = [line for line in running if not words or _matches(line, words)]
        down = choice.sort in _DOWN or (choice.sort == "value" and not minimize)
        if choice.sort == "newest":
            # Those in flight are the newest there are, whatever finished meanwhile.
            lines = self._having + sorted(now, key=key)  # type: ignore[arg-type]
            without: list[Line] = []
        else:
            lines = list(self._having)
            for line in now:
                if key(line) is not None:
                    insort(lines, line, key=key)  # type: ignore[type-var]
            without = self._without + [line for line in now if key(line) is None]
        if down != choice.reverse:
            lines.reverse()
        return lines + without

    def _add(self, new: Sequence[Line], key: Key) -> None:
        self._without += [line for line in new if key(line) is None]
        having = [line for line in new if key(line) is not None]
        if len(having) > _FEW:
            self._having = sorted([*self._having, *having], key=key)  # type: ignore[arg-type]
            return
        for line in having:
            insort(self._having, line, key=key)  # type: ignore[type-var]


def listed(
    running: Sequence[Line], finished: Sequence[Line], choice: Choice, *, minimize: bool = True
) -> list[Line]:
    """The lines of a table, once."""
    return Listing().lines(running, finished, choice, minimize=minimize)


def _matches(line: Line, words: Sequence[str]) -> bool:
    text = f"{line.id} {line.where} {line.status} {line.title} {line.reason} g{line.generation} "
    folded = text.casefold()
    return all(word in folded for word in words)
