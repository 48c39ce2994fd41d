"""The lines of a table, in order, as more of them come in."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from orgloop_tui.model.line import Line
from orgloop_tui.model.listing import SORTS, Choice, Listing, listed


def _line(number: int, ordinal: int, chance: random.Random) -> Line:
    status = chance.choice(["keep", "discard", "crash"])
    return Line(
        f"e{number:04d}", status, chance.choice(["rate", "width", ""]), "", 1, float(number),
        value=None if status == "crash" else chance.random(), finished=float(number + ordinal),
        tokens=chance.choice([0, 10, 20]), ordinal=ordinal,
    )  # fmt: skip


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("reverse", [False, True])
def test_lines_that_come_in_stand_where_sorting_all_would_put_them(
    sort: str, reverse: bool
) -> None:
    chance = random.Random(3)
    numbers = [at + chance.choice([0, 300]) for at in range(1, 300)]
    finished = [_line(number, at, chance) for at, number in enumerate(dict.fromkeys(numbers), 1)]
    running = [replace(_line(900 + at, 0, chance), status="running", finished=None, node="pi")
               for at in range(3)]  # fmt: skip
    choice, kept = Choice(sort=sort, reverse=reverse), Listing()
    for upto in (0, 1, 2, 40, 41, 200, len(finished)):
        lines = kept.lines(running, finished[:upto], choice)
        assert lines == listed(running, finished[:upto], choice)
        assert len(lines) == upto + 3


def test_another_choice_or_another_run_begins_anew() -> None:
    chance = random.Random(4)
    one = [_line(at, at, chance) for at in range(1, 60)]
    other = [_line(at, at, chance) for at in range(1, 80)]
    kept = Listing()
    assert kept.lines([], one, Choice()) == one[::-1]
    assert kept.lines([], one, Choice(words="rate")) == [
        line for line in reversed(one) if line.title == "rate"
    ]
    assert kept.lines([], other, Choice(words="rate")) == listed([], other, Choice(words="rate"))
    assert kept.lines([], one[:3], Choice()) == one[2::-1]
