from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.repo import Globs

CASES = [
    ("train.py", "train.py", True),
    ("train.py", "sub/train.py", False),
    ("train.py", "Train.py", False),
    ("train.py", "train.pyc", False),
    ("./train.py", "train.py", True),
    ("/train.py", "train.py", True),
    ("model", "model/net.py", True),
    ("model", "model", True),
    ("model", "models/net.py", False),
    ("model/", "model/deep/net.py", True),
    ("model/", "model", False),
    ("*.py", "train.py", True),
    ("*.py", "model/net.py", False),
    ("*", "train.py", True),
    ("*", "model/net.py", False),
    ("*/", "model/net.py", True),
    ("model/*.py", "model/net.py", True),
    ("model/*.py", "model/deep/net.py", False),
    ("model/**", "model/deep/net.py", True),
    ("model/**", "model", False),
    ("**/*.py", "train.py", True),
    ("**/*.py", "a/b/c.py", True),
    ("a/**/c.py", "a/c.py", True),
    ("a/**/c.py", "a/x/y/c.py", True),
    ("a/**/c.py", "ab/c.py", False),
    ("**", "any/thing", True),
    ("conf?.yaml", "conf1.yaml", True),
    ("conf?.yaml", "conf/.yaml", False),
    ("conf[0-9].yaml", "conf7.yaml", True),
    ("conf[!0-9].yaml", "conf7.yaml", False),
    ("a[/]b", "a/b", False),
    ("a[!x]b", "a/b", False),
    ("what\\?.py", "what?.py", True),
    ("what\\?.py", "whatx.py", False),
    ("a+b(c).py", "a+b(c).py", True),
    ("[", "[", True),
    ("*.py", "line\nfeed.py", True),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), CASES)
def test_a_pattern_matches_as_documented(pattern, path, expected):
    assert Globs([pattern]).matches(path) is expected


def test_the_last_pattern_that_matches_decides():
    globs = Globs(["model/", "!model/frozen.py", "model/frozen.py.bak"])
    assert globs.matches("model/net.py")
    assert not globs.matches("model/frozen.py")
    assert globs.matches("model/frozen.py.bak")


def test_floating_patterns_match_at_any_depth_as_in_gitignore():
    globs = Globs(["*.key", "secrets", "data/raw"], floating=True)
    for path in ("a.key", "x/y/a.key", "secrets/a", "x/secrets/a", "data/raw/1", "k.key/inside"):
        assert globs.matches(path), path
    for path in ("x/data/raw/1", "a.keys", "data/raws"):
        assert not globs.matches(path), path


def test_no_patterns_match_nothing_and_are_false():
    assert not Globs([])
    assert not Globs(["", "/"]).matches("a")


def test_a_name_is_a_pattern_without_a_wildcard():
    globs = Globs(["json.py", "lib/*.py"])
    assert globs.names("json.py")
    assert not globs.names("lib/json.py")


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_pattern_is_an_error(pattern, path):
    assert Globs([pattern]).matches(path) in (True, False)
