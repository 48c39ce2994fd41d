from __future__ import annotations

import pytest

from orgloop.engines.tunables import is_editable


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("train.py", "train.py", True),
        ("./train.py", "train.py", True),
        ("train.py", "src/train.py", False),
        ("train.py", "trainXpy", False),
        ("*.py", "a.py", True),
        ("*.py", "src/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "src/x/a.py", True),
        ("src", "src/x/a.py", True),
        ("src/", "src/a.py", True),
        ("src/**", "src/a.py", True),
        ("src", "srcs/a.py", False),
        ("conf/[ab].yaml", "conf/a.yaml", True),
        ("conf/[!ab].yaml", "conf/a.yaml", False),
        ("conf/?.yaml", "conf/x.yaml", True),
        ("a[.py", "a[.py", True),
    ],
)
def test_a_pattern_names_files(pattern: str, path: str, matches: bool) -> None:
    assert is_editable(path, (pattern,)) is matches
