from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.engines.tunables.comments import read_comment, read_range


@pytest.mark.parametrize(
    ("comment", "low", "high", "scale", "step"),
    [
        ("# 1e-5..1e-2 log", 1e-5, 1e-2, "log", None),
        ("#1e-5 .. 1e-2 LOG", 1e-5, 1e-2, "log", None),
        ("# tune: 1..8", 1, 8, None, None),
        ("# Tune : 1..8 linear; the depth", 1, 8, "linear", None),
        ("# 64..512 step 64 (width)", 64, 512, None, 64),
        ("# -1..1, signed", -1, 1, None, None),
        ("# .1..0.9 -- a fraction", 0.1, 0.9, None, None),
        ("# 1_024..65_536 log", 1024, 65536, "log", None),
        ("# 1.0..2.0", 1.0, 2.0, None, None),
    ],
)
def test_a_range_is_read(
    comment: str, low: float, high: float, scale: str | None, step: float | None
) -> None:
    given_ = read_comment(comment).given
    assert given_ is not None
    assert (given_.low, given_.high, given_.scale, given_.step) == (low, high, scale, step)


@pytest.mark.parametrize(
    ("comment", "choices"),
    [
        ("# one of: relu, gelu, silu", ("relu", "gelu", "silu")),
        ("# tune: one of: 'a b', \"c, d\"", ("a b", "c, d")),
        ("# One Of : 1, 2, 4; kernel", (1, 2, 4)),
        ("# one of: 0.1, true, x", (0.1, True, "x")),
        ("# one of: 1, 1.0, true", (1, 1.0, True)),
        ("# one of: relu, relu, gelu", ("relu", "gelu")),
    ],
)
def test_choices_are_read(comment: str, choices: tuple[object, ...]) -> None:
    given_ = read_comment(comment).given
    assert given_ is not None and given_.choices is not None
    assert [repr(c) for c in given_.choices] == [repr(c) for c in choices]


@pytest.mark.parametrize(
    "comment",
    ["# fixed", "# not tunable", "# NOT TUNABLE; see paper", "# fixed by the data", "# Fixed: x"],
)
def test_fixed_is_read(comment: str) -> None:
    assert read_comment(comment).fixed


@pytest.mark.parametrize(
    "comment",
    [
        "# 1e-2..1e-5",
        "# 0..1 log",
        "# 1...8",
        "# 1..8 logarithmic",
        "# 1..8 step 0",
        "# one of relu, gelu",
        "# one of: relu",
        "# choices: relu, gelu",
        "# tune: whatever",
        "# tunable",
        "# range: 1-8",
        "# fixed the bug",
        "# not tuneable",
        "# don't tune",
    ],
)
def test_what_nearly_says_something_is_reported(comment: str) -> None:
    said = read_comment(comment)
    assert said.nearly and said.given is None and not said.fixed


@pytest.mark.parametrize(
    "comment",
    [
        "# learning rate for the head",
        "# tuned by hand",
        "# see 1.2.3",
        "# ~524K tokens per step",
        "# 1, 2 or 3",
        "#",
        "# noqa: E501",
        "# a fixed point",
    ],
)
def test_other_comments_are_left_alone(comment: str) -> None:
    said = read_comment(comment)
    assert (said.given, said.fixed, said.nearly) == (None, False, None)


@given(st.text())
def test_no_comment_makes_it_fail(text: str) -> None:
    read_comment("# " + text)
    read_comment("# one of: " + text)
    read_range(text)
