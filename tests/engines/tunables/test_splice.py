from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orgloop.engines.tunables import discover, splice
from orgloop.engines.tunables.candidate import Language
from orgloop.engines.tunables.decoded import decode
from orgloop.engines.tunables.proof import proven
from orgloop.errors import EngineError


@pytest.fixture
def edit(files_of: Callable[..., Any], task_of: Callable[..., Any]) -> Callable[..., bytes]:
    def run(source: str | bytes, **changes: float | str) -> bytes:
        files = files_of(train__py=source)
        space = discover(files, task_of())
        out = splice(files, space, {f"train.py:{name}": v for name, v in changes.items()})
        return out.get("train.py", files.contents["train.py"])

    return run


def test_only_the_literal_changes(edit: Callable[..., bytes]) -> None:
    source = b"# head\nLR  =  3e-4   # 1e-5..1e-2 log\n\tif_ = 1\n".replace(b"\tif_", b"x")
    assert edit(source, LR=0.001) == source.replace(b"3e-4", b"1e-3")


def test_several_literals_of_one_file_change_together(edit: Callable[..., bytes]) -> None:
    source = "WIDTH = 64\nC = {'lr': 0.1}\nDEPTH = 2\n"
    expected = b"WIDTH = 128\nC = {'lr': 0.1}\nDEPTH = 3\n"
    assert edit(source, DEPTH=3, WIDTH=128) == expected


def test_a_value_that_is_already_there_changes_nothing(
    files_of: Callable[..., Any], task_of: Callable[..., Any]
) -> None:
    files = files_of(train__py="LR = 0.10\n")
    assert splice(files, discover(files, task_of()), {"train.py:LR": 0.1}) == {}


def test_crlf_tabs_and_a_byte_order_mark_are_kept(edit: Callable[..., bytes]) -> None:
    source = b"\xef\xbb\xbfdef f():\r\n\treturn '\xc3\xa9'\r\nLR = 0.1\t# \xc3\xa9\r\n"
    assert edit(source, LR=0.2) == source.replace(b"0.1", b"0.2")


def test_latin_1_with_a_cookie_is_kept(edit: Callable[..., bytes]) -> None:
    source = b"# -*- coding: latin-1 -*-\nNAME = '\xe9\xe9'; LR = 0.1  # \xe9\nWIDTH = 64\n"
    edited = edit(source, LR=0.2, WIDTH=32)
    assert edited == source.replace(b"0.1", b"0.2").replace(b"64", b"32")


def test_a_literal_in_brackets_keeps_them(edit: Callable[..., bytes]) -> None:
    assert edit("LR = ( 3e-4 )\n", LR=0.001) == b"LR = ( 1e-3 )\n"


def test_arithmetic_is_replaced_by_a_plain_number(edit: Callable[..., bytes]) -> None:
    assert edit("LR = 10**-3\nWIDTH = 2 * 1024\n", LR=0.002, WIDTH=1024) == (
        b"LR = 0.002\nWIDTH = 1024\n"
    )


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"LR = 0.1\x0c\n", "form feeds"),
        (b"LR = 0.1\rWIDTH = 2\n", "carriage returns"),
        (b"LR = 0.1  # \xe9\n", "not utf-8"),
        (b"LR = 0.1\0\n", "null"),
        (b"# coding: nonsense\nLR = 0.1\n", "not utf-8"),
        (b"x = 1\n" * 200_000, "1 MB"),
        (b"x = " + b"(" * 300 + b")" * 300, "valid Python"),
    ],
)
def test_a_file_whose_bytes_cannot_be_kept_is_refused(
    source: bytes, why: str, files_of: Callable[..., Any], task_of: Callable[..., Any]
) -> None:
    space = discover(files_of(train__py=source), task_of())
    assert len(space) == 0
    assert why in space.problems[0].message


def test_an_unknown_key_names_the_nearest(edit: Callable[..., bytes]) -> None:
    with pytest.raises(EngineError, match="LEARNING_RATE") as caught:
        edit("LEARNING_RATE = 0.1\n", LEARNING_RTE=0.2)
    assert "Did you mean `train.py:LEARNING_RATE`?" in caught.value.hint


@pytest.mark.parametrize("value", [True, "fast", float("nan"), float("inf"), 1.5])
def test_a_value_of_another_type_is_refused(value: object, edit: Callable[..., bytes]) -> None:
    with pytest.raises(EngineError, match="whole number"):
        edit("DEPTH = 4\n", DEPTH=value)


def test_a_choice_that_is_not_one_is_refused(edit: Callable[..., bytes]) -> None:
    with pytest.raises(EngineError, match="'relu', 'gelu'"):
        edit("ACT = 'relu'  # one of: relu, gelu\n", ACT="tanh")


def test_a_file_that_changed_since_is_refused(
    files_of: Callable[..., Any], task_of: Callable[..., Any]
) -> None:
    files = files_of(train__py="LR = 0.1\n")
    space = discover(files, task_of())
    files.contents["train.py"] = b"\nLR = 0.1\n"
    with pytest.raises(EngineError, match="is not the file"):
        splice(files, space, {"train.py:LR": 0.2})


PAIRS: dict[Language, tuple[str, str]] = {
    "python": ("LR = 0.1\nif x:\n    y = 2\n", "LR = 0.2\nif x:\n    y = 2\n"),
    "json": ('{"lr": 0.1, "d": 2}', '{"lr": 0.2, "d": 2}'),
    "yaml": ("lr: 0.1\nd: 2\n", "lr: 0.2\nd: 2\n"),
    "toml": ("lr = 0.1\nd = 2\n", "lr = 0.2\nd = 2\n"),
}


@pytest.mark.parametrize("language", PAIRS)
def test_the_proof_accepts_the_meant_change_and_no_other(language: Language) -> None:
    before, after = (decode(text.encode(), language) for text in PAIRS[language])
    change = (0.1, 0.2)
    assert proven(before, after, language, [change])
    assert not proven(before, before, language, [change])
    assert not proven(before, after, language, [])
    assert not proven(before, after, language, [(0.1, 0.3)])
    worse = decode(after.text.replace("2", "3").encode(), language)
    assert not proven(before, worse, language, [change])
    broken = decode((after.text + "\n]:=").encode(), language)
    assert not proven(before, broken, language, [change])


def test_the_proof_sees_a_statement_that_was_swallowed() -> None:
    before = decode(b"A = 1\nB = 2\n", "python")
    after = decode(b"A = '''\nB = 2\n'''\n", "python")
    assert not proven(before, after, "python", [(1, "\nB = 2\n")])


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("A = 1\n", "A = 2; B = 3\n", (1, 2)),
        ("A = 1\nB = 2\n", "A = 2 + (\nB)\n", (1, 2)),
        ("A = 1\nB = 2\n", "A = 2 \\\nB = 2\n", (1, 2)),
        ("A = 1  # x\n", "A = 2\n# x\n", (1, 2)),
        ("# x\nA = 1\n", "# y\nA = 2\n", (1, 2)),
        ("A = 1; B = 1\n", "B = 2; A = 1\n", (1, 2)),
        ("def f(a=1): pass\n", "def f(a=2): return\n", (1, 2)),
    ],
)
def test_the_proof_sees_whatever_else_changed(old: str, new: str, change: tuple[int, int]) -> None:
    before, after = decode(old.encode(), "python"), decode(new.encode(), "python")
    assert not proven(before, after, "python", [change])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A = 1; B = 5\nC = '''\n'''; D = 1\n", "A = 2; B = 5\nC = '''\n'''; D = 1\n"),
        ("@d(1)\n@e\ndef f(): pass\n", "@d(2)\n@e\ndef f(): pass\n"),
        ("C = '''\n'''; D = 1", "C = '''\n'''; D = 2"),
        ("if 1:\n    x = 1\n", "if 2:\n    x = 1\n"),
        ("x = 5 \\\n + y[1]\nz = 1\n", "x = 5 \\\n + y[2]\nz = 1\n"),
    ],
)
def test_the_proof_holds_however_statements_share_lines(old: str, new: str) -> None:
    before, after = decode(old.encode(), "python"), decode(new.encode(), "python")
    assert proven(before, after, "python", [(1, 2)])
