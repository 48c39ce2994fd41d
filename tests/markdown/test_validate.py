from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from orgloop.markdown import Document, keys_of, parse, validate
from orgloop.problems import Problem, Problems


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cpu: int | None = Field(default=None, ge=1)
    wall: float = 60.0


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    metric: str = Field(description="What is measured.")
    goal: Literal["minimize", "maximize"] = "minimize"
    limits: Part = Part()
    files: tuple[str, ...] = ()
    range: tuple[str, ...] | dict[str, int] = ()
    max_turns: int | None = Field(default=None, alias="maxTurns")


def document_of(keys: str) -> Document:
    document = parse(f"---\n{keys}---\n", "a.md", Problems())
    assert document is not None
    return document


def problems_of(keys: str) -> list[Problem]:
    problems = Problems()
    assert validate(Whole, document_of(keys), problems) is None
    return list(problems)


def only(keys: str) -> Problem:
    (problem,) = problems_of(keys)
    return problem


def test_valid_keys_give_the_model() -> None:
    whole = validate(Whole, document_of("metric: loss\nmaxTurns: 3\n"), Problems())

    assert whole is not None
    assert whole.max_turns == 3


def test_a_key_that_is_nearly_right_is_named_in_the_hint() -> None:
    problem = only("metric: loss\nlimits:\n  wal: 3\n")

    assert problem.line == 4
    assert problem.key == "limits.wal"
    assert problem.hint == "Did you mean `wall`?"


def test_a_key_that_is_like_no_other_gets_the_list_of_those_not_yet_used() -> None:
    problem = only("metric: loss\nqqq: 3\n")

    assert "`goal`" in problem.hint
    assert "`maxTurns`" in problem.hint
    assert "`metric`" not in problem.hint


def test_a_missing_key_is_told_with_what_it_is_for() -> None:
    problem = only("goal: minimize\n")

    assert problem.message == "`metric` is missing."
    assert problem.hint == "What is measured."
    assert problem.line == 1


@pytest.mark.parametrize(
    ("keys", "line", "said"),
    [
        ("goal: minimise\n", 3, "must be `minimize` or `maximize`, not `minimise`"),
        ("limits: {cpu: many}\n", 3, "`limits.cpu` must be a whole number, not `many`"),
        ("limits: {cpu: 0}\n", 3, "`limits.cpu` must be at least 1, not `0`"),
        ("limits: {cpu: true}\n", 3, "`limits.cpu` must be a number"),
        ("limits: {wall: yes}\n", 3, "`limits.wall` must be a number, not `yes`"),
        ("limits: 3\n", 3, "`limits` must be keys with values, not `3`"),
        ("files: a.py\n", 3, "`files` must be a list, not `a.py`"),
        ("files:\n  - a.py\n  - 3\n", 5, "`files.1` must be text, not `3`"),
        ("goal:\n", 3, "`goal` has no value"),
        ("range: 3\n", 3, "`range` must be a list, not `3`"),
    ],
)
def test_a_wrong_value_is_told_in_plain_english(keys: str, line: int, said: str) -> None:
    problem = only("metric: loss\n" + keys)

    assert said in problem.message
    assert problem.line == line


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(problems_of("goal: up\nlimits: {cpu: x, b: 1}\nfiles: {}\n")) == 5


def test_keys_are_those_that_a_file_may_use() -> None:
    assert list(keys_of(Whole)) == ["metric", "goal", "limits", "files", "range", "maxTurns"]
    assert list(keys_of(Whole, ["limits"])) == ["cpu", "wall"]
    assert keys_of(Whole, ["metric"]) == {}
