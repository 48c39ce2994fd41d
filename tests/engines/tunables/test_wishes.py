from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.engines.tunables import Space
from orgloop.engines.tunables.wishes import read_wishes

SpaceOf = Callable[..., Space]
SOURCE = (
    "LR = 3e-4\nDEPTH = 4\nSEED = 1\nWARMUP_STEPS = 10\nACT = 'relu'\n"
    "C = {'lr': 0.1, 'depth': 2}\nTWICE = 1\nTWICE = 2\nPINNED = 0.5  # fixed\n"
)


def names(space: Space) -> list[str]:
    return [tunable.name for tunable in space]


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        (["LR"], ["LR"]),
        (["lr"], ["C.lr"]),
        (["depth"], ["C.depth"]),
        (["Lr"], ["LR", "C.lr"]),
        (["C.*"], ["C.lr", "C.depth"]),
        (["train.py:LR"], ["LR"]),
        (["*"], ["LR", "DEPTH", "C.lr", "C.depth"]),
        (["SEED"], ["SEED"]),
        (["*_STEPS"], ["WARMUP_STEPS"]),
        (["WARMUP_*"], []),
        ({"LR": True, "DEPTH": None}, ["LR", "DEPTH"]),
        ({"LR": False}, ["DEPTH", "C.lr", "C.depth"]),
        ({"ACT": {"choices": ["relu", "gelu"]}}, ["ACT"]),
    ],
)
def test_tunables_restrict_and_name(wishes: object, found: list[str], space_of: SpaceOf) -> None:
    assert names(space_of(SOURCE, tunables=wishes)) == found


def test_a_mapping_gives_ranges_in_every_way_they_are_written(space_of: SpaceOf) -> None:
    wishes = {
        "LR": ["1e-5", "1e-2", "log"],
        "DEPTH": {"low": 1, "high": 12},
        "C.lr": "0.01..1 log",
        "C.depth": [1, 3],
    }
    ranges = {t.name: (t.low, t.high, t.log) for t in space_of(SOURCE, tunables=wishes)}
    assert ranges == {
        "LR": (1e-5, 1e-2, True),
        "DEPTH": (1, 12, False),
        "C.lr": (0.01, 1.0, True),
        "C.depth": (1, 3, False),
    }


def test_a_name_that_is_not_there_is_a_problem_with_the_nearest(space_of: SpaceOf) -> None:
    (problem,) = space_of(SOURCE, tunables=["DEPHT"]).problems
    assert problem.path == "task.md" and problem.key == "tunables.DEPHT"
    assert problem.hint == "Did you mean `DEPTH`?"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("TWICE", "assigned more than once"),
        ("PINNED", "fixed"),
        ("ACT", "choices are not known"),
    ],
)
def test_naming_what_cannot_be_tuned_says_why(name: str, why: str, space_of: SpaceOf) -> None:
    space = space_of(SOURCE, tunables=[name])
    assert names(space) == []
    assert any(why in problem.message for problem in space.problems)


@pytest.mark.parametrize(
    "said",
    [
        [1],
        [1, 2, "cubic"],
        [2, 1],
        ["a", 2],
        [0, 1, "log"],
        {"lo": 1},
        {"choices": [1]},
        {"choices": "ab"},
        {"choices": [1, 2], "low": 1},
        {"step": 2},
        {"low": 1, "high": 2, "step": 5},
        "1 to 2",
        [float("nan"), 1],
        [1, float("inf")],
        3,
        {"choices": [None, {}]},
    ],
)
def test_a_range_that_cannot_be_read_is_a_fault_and_not_an_exception(
    said: object, space_of: SpaceOf
) -> None:
    (wish,) = read_wishes({"LR": said})
    assert wish.fault
    space = space_of(SOURCE, tunables={"LR": said})
    assert names(space) == ["LR"]
    assert any("cannot be read" in problem.message for problem in space.problems)


def test_a_flag_may_be_named_without_its_dashes(space_of: SpaceOf) -> None:
    source = "p.add_argument('--warmup-ratio', default=0.1)\n"
    for name in ("--warmup-ratio", "warmup-ratio", "warmup_ratio", "train.py:--warmup-ratio"):
        assert names(space_of(source, tunables=[name])) == ["--warmup-ratio"]
