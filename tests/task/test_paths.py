from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.task.paths import may_overlap


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("train.py", "train.py", True),
        ("train.py", "test.py", False),
        ("*.py", "train.py", True),
        ("src", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/**", "src/deep/a.py", True),
        ("**/a.py", "a.py", True),
        ("**/*.py", "*.md", False),
        ("a*c", "ab*", True),
        ("a?c", "abd", False),
    ],
)
def test_two_globs_overlap_where_one_file_can_match_both(
    one: str, other: str, overlap: bool
) -> None:
    assert may_overlap(one, other) is overlap
    assert may_overlap(other, one) is overlap


PART = st.text(alphabet="ab*?", min_size=1, max_size=5)


@given(PART, PART, st.text(alphabet="ab", min_size=1, max_size=5))
def test_a_name_that_matches_both_is_never_missed(one: str, other: str, name: str) -> None:
    if fnmatchcase(name, one) and fnmatchcase(name, other) and "**" not in one + other:
        assert may_overlap(one, other)
