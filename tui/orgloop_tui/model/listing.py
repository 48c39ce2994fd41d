"""Which experiments a table lists, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from orgloop_tui.model.line import RUNNING, Line

Key = Callable[[Line], float | int | str | None]
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


def listed(
    running: Sequence[Line], finished: Sequence[Line], choice: Choice, *, minimize: bool = True
) -> list[Line]:
    """The lines of a table, the first at the top."""
    words = choice.words.casefold().split()
    lines = list(chain(finished, running))
    if words:
        lines = [line for line in lines if _matches(line, words)]
    key = SORTS[choice.sort]
    if choice.sort == "newest":
        # Those in flight are the newest there are, whatever finished meanwhile.
        lines.sort(key=lambda line: (line.status == RUNNING, line.number))
        if not choice.reverse:
            lines.reverse()
        return lines
    down = choice.sort in _DOWN or (choice.sort == "value" and not minimize)
    having = [line for line in lines if key(line) is not None]
    having.sort(key=key, reverse=down != choice.reverse)  # type: ignore[arg-type]
    return having + [line for line in lines if key(line) is None]


def _matches(line: Line, words: Sequence[str]) -> bool:
    text = f"{line.id} {line.where} {line.status} {line.title} {line.reason} g{line.generation} "
    folded = text.casefold()
    return all(word in folded for word in words)
