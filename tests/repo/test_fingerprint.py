from __future__ import annotations

import pytest

from orgloop.repo.fingerprint import Fingerprints, plain_lines, python_lines
from orgloop.repo.trees import Entry

BASE = b'''LR = 0.1  # rate
NAME = "a # b"


def step(x):
    """Doc # text.

    More.
    """
    return x * LR
'''


@pytest.fixture
def prints(repo, experiment):
    base = experiment({"train.py": BASE})

    def of(content: bytes, path: str = "train.py") -> str:
        return repo.fingerprint(base, experiment({path: content}, base=base))

    return of


def test_white_space_and_comments_do_not_count(prints):
    plain = BASE.replace(b"LR = 0.1 ", b"LR = 0.2 ")
    assert prints(plain) == prints(plain.replace(b"  # rate", b""))
    assert prints(plain) == prints(plain.replace(b"LR = 0.2", b"LR=0.2"))
    assert prints(plain) == prints(plain.replace(b"\n\n\ndef", b"\n# more\n\n\n\ndef"))
    assert prints(plain) == prints(plain.replace(b"\n", b"\r\n"))


def test_different_changes_differ(prints):
    seen = {
        prints(BASE.replace(b"0.1", b"0.2")),
        prints(BASE.replace(b"0.1", b"0.3")),
        prints(BASE.replace(b"a # b", b"a # c")),
        prints(BASE.replace(b"Doc # text", b"Doc # other")),
        prints(BASE.replace(b"    return", b"  return")),
        prints(BASE, path="other.py"),
        prints(BASE),
    }
    assert len(seen) == 7


def test_the_same_line_at_two_places_are_two_changes(repo, experiment):
    base = experiment({"t.py": b"x = 1\ny = 0\nx = 1\n"})
    one = experiment({"t.py": b"x = 2\ny = 0\nx = 1\n"}, base=base)
    two = experiment({"t.py": b"x = 1\ny = 0\nx = 2\n"}, base=base)
    assert repo.fingerprint(base, one) != repo.fingerprint(base, two)


def test_the_same_change_on_a_base_that_moved_elsewhere_is_recognised(repo, experiment):
    base = experiment({"t.py": b"x = 1\ny = 0\nz = 1\n"})
    moved = experiment({"t.py": b"x = 1\ny = 0\nz = 9\n"}, base=base)
    one = experiment({"t.py": b"x = 2\ny = 0\nz = 1\n"}, base=base)
    two = experiment({"t.py": b"x = 2  # again\ny = 0\nz = 9\n"}, base=moved)
    assert repo.fingerprint(base, one) == repo.fingerprint(moved, two)


def test_files_that_are_not_python_keep_their_hashes(prints):
    assert prints(b"a # 1", path="notes.txt") != prints(b"a # 2", path="notes.txt")
    assert prints(b"a  b\n\n", path="notes.txt") == prints(b"a b", path="notes.txt")


def test_python_lines_keep_strings_indentation_and_meaning():
    assert python_lines("if x :\n    s = '#' + \"it's\" # no\n\n") == (
        "if x:",
        "    s='#'+\"it's\"",
    )
    assert python_lines("a = b \\\n    + c\n") == ("a=b+c",)
    assert python_lines('s = """\n# kept\n"""\n') == ('s="""\0# kept\0"""',)
    assert plain_lines("  a   b  \n\n") == ("  a b",)


PLACES = """\
LR = 0.1
CONFIG = {
    "width": 64,
}


class Model:
    depth: int = 3

    def forward(self, x):
        return x + 1


def train():
    x = 3
    print(x)
"""


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        ("LR = 0.1", "LR = 0.2", "LR"),
        ('"width": 64', '"width": 128', "width"),
        ("depth: int = 3", "depth: int = 4", "depth"),
        ("return x + 1", "return x + 2", "forward"),
        ("print(x)", "print(x + 1)", "train"),
        ("    x = 3", "    x = 4", "x"),
        ("class Model:", "class Model(Base):", "Model"),
        ("}", "}  # the end", None),
    ],
)
def test_a_change_names_the_places_that_it_touches(was: str, now: str, place: str | None) -> None:
    before, after = PLACES.encode(), PLACES.replace(was, now, 1).encode()
    prints = Fingerprints({"a": before, "b": after}.__getitem__)
    gist = prints.of([("train.py", Entry(0o100644, "a"), Entry(0o100644, "b"))])
    assert gist.places == (() if place is None else (f"train.py:{place}",))


def test_a_new_file_without_names_is_a_place_itself() -> None:
    prints = Fingerprints({"b": b"hello\n"}.__getitem__)
    assert prints.of([("notes.txt", None, Entry(0o100644, "b"))]).places == ("notes.txt",)
