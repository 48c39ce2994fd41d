from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.ledger import numbers
from orgloop.ledger.plain import capped, code, fenced, headline, one_line, plain, printable, width


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain text\n\twith a tab", "plain text\n\twith a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("10%\r20%\r\ndone", "10%\n20%\ndone"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("cut off \x1b", "cut off "),
        ("cut off \x1b[31", "cut off 31"),
        ("left\u202eright", "leftright"),
        ("\x1bPq#0;payload\x1b\\x", "x"),
        ("naïve – ünïcode 漢字", "naïve – ünïcode 漢字"),
    ],
)
def test_escapes_and_controls_are_taken_out(raw: str, shown: str) -> None:
    assert plain(raw) == shown


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_drives_a_terminal_survives(text: str) -> None:
    shown = plain(text)
    assert not [one for one in shown if ord(one) < 32 and one not in "\n\t"]
    assert not [one for one in shown if 127 <= ord(one) < 160]
    shown.encode("utf-8")
    assert plain(shown) == shown


@given(st.text(max_size=300), st.text("`~\n abc", max_size=60))
def test_a_fence_is_never_closed_from_within(text: str, ticks: str) -> None:
    block = fenced(plain(text + ticks)).split("\n")
    fence = block[0]
    assert block[-1] == fence
    assert not [line for line in block[1:-1] if line.strip().startswith(fence)]


def test_one_line_is_one_line_and_short() -> None:
    assert one_line("  a\n b\t\tc ") == "a b c"
    assert one_line("word " * 100, 20) == "word word word word…"


def test_a_headline_is_the_first_line_that_says_something() -> None:
    assert headline("\n---\n## **Wider** is worse\nrest") == "**Wider** is worse"
    assert headline("```\n") == ""


def test_the_end_is_kept_where_the_end_matters() -> None:
    text, cut = capped("one\ntwo\nthree", 100, 2, end=True)
    assert (text, cut) == ("two\nthree", True)
    assert capped("one", 100, 2) == ("one", False)


def test_code_spans_hold_what_runs_say() -> None:
    assert code("a `b`\nc") == "`a 'b' c`"
    assert code("") == ""


def test_output_is_replaced_and_not_refused() -> None:
    assert printable("2.7 ± 0.1", "ascii") == "2.7 ? 0.1"
    assert width("漢字e\u0301") == 5


@pytest.mark.parametrize(
    ("value", "stderr", "shown"),
    [
        (2.73124, 0.0081, "2.7312 ± 0.0081"),
        (2.73124, None, "2.73124"),
        (None, None, "–"),
        (1234.5, 120.0, "1234 ± 120"),
        (0.5, 0.0, "0.5 ± 0"),
        (2.0, float("nan"), "2"),
    ],
)
def test_a_value_has_the_digits_its_uncertainty_allows(
    value: float | None, stderr: float | None, shown: str
) -> None:
    assert numbers.measured(value, stderr) == shown


def test_small_amounts_read_well() -> None:
    assert [numbers.duration(s) for s in (0.31, 9.97, 42, 182, 3600, 4860)] == [
        "0.3 s", "10 s", "42 s", "3 min 2 s", "1 h", "1 h 21 min",
    ]  # fmt: skip
    assert [numbers.size(n) for n in (512, 2**20, 3 * 2**40)] == ["512 B", "1.0 MB", "3072.0 GB"]
    assert numbers.spent(12400, 0.031) == "12,400 tokens, $0.031"
    assert numbers.spent(0, 12.5) == "$12.50"
    assert numbers.change(0.0888) == "+0.0888" and numbers.change(-0.1) == "-0.1"
