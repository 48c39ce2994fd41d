from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.markdown import Document, parse
from orgloop.problems import Problems


def read(content: str | bytes) -> Document:
    problems = Problems()
    document = parse(content, "a.md", problems)
    assert document is not None, list(map(str, problems))
    assert len(problems) == 0, list(map(str, problems))
    return document


def refused(content: str | bytes) -> str:
    problems = Problems()
    parse(content, "a.md", problems)
    (problem,) = problems
    return f"{problem.line}: {problem.message}"


FILE = """\
---
name: tiny
limits:
  cpu: 6s
  wall: 60s
editable: [a.py,
  b.py]
deep: {one: {two: 3}}
---

# Body
text
"""


def test_every_key_has_its_line_and_the_body_its_first() -> None:
    document = read(FILE)

    assert document.keys["limits"] == {"cpu": "6s", "wall": "60s"}
    assert document.line("limits") == 3
    assert document.line("limits.wall") == 5
    assert document.line("editable.1") == 7
    assert document.line("deep.one.two") == 8
    assert document.body == "# Body\ntext"
    assert FILE.split("\n")[document.body_line - 1] == "# Body"


def test_a_key_that_is_not_there_has_the_line_of_the_nearest_above_it() -> None:
    document = read(FILE)

    assert document.line("limits.memory") == 3
    assert document.line("metric") is None


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(end: str, mark: str) -> None:
    written = (mark + FILE.replace("\n", end)).encode()

    assert read(written) == read(FILE)


def test_a_line_of_dashes_in_the_body_is_text() -> None:
    assert read("---\na: 1\n---\none\n---\ntwo").body == "one\n---\ntwo"


def test_keys_that_python_frontmatter_cannot_load_are_read() -> None:
    document = read("---\non: 1\ncontent: 2\nhandler: 3\n4: four\nyes: no\n---\n")

    assert dict(document.keys) == {"on": 1, "content": 2, "handler": 3, "4": "four", "yes": "no"}


def test_scalars_mean_what_yaml_1_2_says_and_dates_stay_text() -> None:
    document = read(
        "---\na: 1_000\nb: 0x1f\nc: 1e3\nd: .5\ne: true\nf: ~\ng: 2026-01-31\nh: '7'\n"
        "i: .inf\nj: 012\nk: on\nl: 1:30\nm:\n---\n"
    )

    assert list(document.keys.values()) == [
        *(1000, 31, 1000.0, 0.5, True, None, "2026-01-31", "7", float("inf"), 12),
        *("on", "1:30", None),
    ]


def test_empty_frontmatter_has_no_keys() -> None:
    assert read("---\n---\nbody").keys == {}
    assert read("---\n# a comment\n---\n").keys == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "1: The file is empty"),
        (" \n\t\n", "1: The file is empty"),
        ("# Title\n", "1: The frontmatter is missing"),
        ("\n---\na: 1\n---\n", "2: The frontmatter does not begin on the first line"),
        ("---\na: 1\n", "1: The frontmatter that begins here has no end"),
        ("----\na: 1\n----\n", "1: The frontmatter is missing"),
        ("---\n- a\n---\n", "2: The frontmatter is a list"),
        ("---\na: 1\nb: 2\na: 3\n---\n", "4: `a` is written twice; the first is on line 2"),
        ("---\na: 1\n\tb: 2\n---\n", "3: The frontmatter is not YAML"),
        ("---\na: &x 1\nb: *x\n---\n", "3: `*x` refers to another part"),
        ("---\na: {<<: {b: 1}}\n---\n", "2: The merge key"),
        ("---\na: !!binary aGk=\n---\n", "2: The tag"),
        ("---\na: !mine {b: 1}\n---\n", "2: The tag"),
        ("---\n{a: 1}: 2\n---\n", "2: A key is a list or a mapping"),
        ("---\na: 1\n...\nb: 2\n---\n", "4: The frontmatter holds a second YAML document"),
        ("---\na: " + "9" * 5000 + "\n---\n", "2: The number has 5000 digits"),
        ("---\na: " + "[" * 50 + "]" * 50 + "\n---\n", "2: Values are nested"),
        ("---\na: '" + "x" * 40000 + "'\n---\n", "1: The frontmatter is 39 KB long"),
        (b"---\na: 1\n---\n\nbad \xe9\n", "5: The byte 0xe9 is not UTF-8"),
        (b"---\r\na: \xff\r\n---\r\n", "2: The byte 0xff is not UTF-8"),
        ("---\na: 1\n---\n\nb\0\n", "5: The file holds a NUL byte"),
        ("---\na: \x1b[0m\n---\n", "2: The frontmatter holds the control character U+001B"),
        ("---\na: 1\u2028b: 2\n---\n", "2: The frontmatter holds the control character U+2028"),
    ],
)
def test_what_cannot_be_read_is_one_problem_with_its_line(content: str | bytes, said: str) -> None:
    assert refused(content).startswith(said)


def test_a_file_without_end_is_refused_by_its_size_before_it_is_parsed() -> None:
    assert "are read at most" in refused("---\na: 1\n---\n" + "x" * 300_000)


def test_a_value_under_a_key_that_is_written_twice_does_not_replace_the_first() -> None:
    problems = Problems()
    document = parse("---\na: {b: 1}\na: {b: {c: 2}}\n---\n", "a.md", problems)

    assert document is not None
    assert document.keys == {"a": {"b": 1}}
    assert problems.blocking


@given(st.one_of(st.text(), st.binary()))
def test_no_text_and_no_bytes_raise(content: str | bytes) -> None:
    problems = Problems()

    assert (parse(content, "a.md", problems) is None) <= problems.blocking


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,?. \n\t0159~<", max_size=60))
def test_no_frontmatter_raises(keys: str) -> None:
    problems = Problems()

    document = parse(f"---\n{keys}\n---\nbody\n", "a.md", problems)

    assert document is not None or problems.blocking
    last = keys.count("\n") + 4
    assert all(1 <= (problem.line or 1) <= last for problem in problems)
