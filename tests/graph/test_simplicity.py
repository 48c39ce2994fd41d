"""What counts as less code."""

from __future__ import annotations

import pytest

from orgloop.graph.simplicity import is_simpler, size_of


class Files:
    """A commit's files: ``a__py`` is ``a.py``."""

    def __init__(self, **files: str) -> None:
        self._files = {name.replace("__", "."): text.encode() for name, text in files.items()}

    def paths(self) -> list[str]:
        return sorted(self._files)

    def read(self, path: str) -> bytes:
        return self._files[path]

    def blob(self, path: str) -> str:
        return self._files[path].decode()


LONG = "x = 1\ny = x + 1\nprint(x + y)\n"
SHORT = "x = 1\nprint(x + x)\n"


def test_fewer_nodes_are_simpler_and_more_are_not() -> None:
    assert is_simpler(Files(train__py=SHORT), Files(train__py=LONG))
    assert not is_simpler(Files(train__py=LONG), Files(train__py=SHORT))


@pytest.mark.parametrize(
    "same", [LONG, LONG.replace(" + ", "+"), LONG + "# a remark\n", LONG.replace("1", "2")]
)
def test_layout_comments_and_values_make_nothing_simpler(same: str) -> None:
    assert not is_simpler(Files(train__py=same), Files(train__py=LONG))
    assert not is_simpler(Files(train__py=LONG), Files(train__py=same))


def test_a_docstring_taken_out_is_no_simplification() -> None:
    documented = 'def f():\n    """Adds."""\n    return 1\n'
    bare = "def f():\n    return 1\n"
    assert not is_simpler(Files(a__py=bare), Files(a__py=documented))
    assert size_of(bare.encode()) == size_of(documented.encode())


def test_code_that_moved_into_a_string_is_no_simplification() -> None:
    hidden = 'exec("x = 1; y = x + 1; print(x + y)")\n'
    assert not is_simpler(Files(train__py=hidden), Files(train__py=LONG))


def test_a_python_file_that_is_gone_is_simpler_and_code_that_moved_is_not() -> None:
    assert is_simpler(Files(a__py=SHORT), Files(a__py=SHORT, b__py=LONG))
    assert not is_simpler(Files(a__py="", b__py=LONG), Files(a__py=LONG))


def test_there_is_no_verdict_on_other_files_or_on_what_does_not_parse() -> None:
    assert not is_simpler(Files(a__py=SHORT, b__txt="x"), Files(a__py=LONG, b__txt="xyz"))
    assert not is_simpler(Files(a__py="x = ("), Files(a__py=LONG))
    assert not is_simpler(Files(a__py=SHORT), Files(a__py="x = (" + LONG))


@pytest.mark.parametrize("source", [b"\0", b"(" * 100_000, b"x = 1\n" * 200_000, b"\xff\xfe"])
def test_whatever_a_candidate_writes_is_looked_at_without_harm(source: bytes) -> None:
    assert size_of(source) is None
