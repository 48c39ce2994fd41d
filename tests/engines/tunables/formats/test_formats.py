"""YAML, TOML and JSON: what is found, and that broken or odd files are refused, never a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgloop.engines.tunables.candidate import Language
from orgloop.engines.tunables.scan import scan_bytes

CORPUS = Path(__file__).parent.parent / "corpus"


def found(language: Language, text: str) -> dict[str, object]:
    return {c.name: c.value for c in scan_bytes(language, text.encode()).candidates}


def test_json_values_are_found_in_any_layout() -> None:
    text = ' {"a" :1,\n"b":{"c": [ {"d": -2.5e-3} , true ]},"e\\"f":"x", "n": null, "z": []}'
    assert found("json", text) == {"a": 1, "b.c.0.d": -2.5e-3, 'e"f': "x"}


def test_toml_values_are_found_in_any_layout() -> None:
    text = (
        'a.b = 1\n"c d".e = 2 # 1..4\n[t]\nf = {g = 3, h.i = [4, 5]} \n'
        "[[t.u]]\nv = 6\n[[t.u]]\nv = 7\n[t.u.w]\nx = '''\ny = 8\n'''\n"
        "when = 2020-01-02\nbig = 1_000\nnot = inf\n"
    )
    assert found("toml", text) == {
        "a.b": 1,
        "c d.e": 2,
        "t.f.g": 3,
        "t.u.0.v": 6,
        "t.u.1.v": 7,
        "t.u.1.w.big": 1000,
    }


def test_yaml_values_are_found_in_any_layout() -> None:
    text = (
        "a: 1\nb:\n  - c: 2.5\n    d: True\n  - {e: 1e-3, f: 'x y'}\n"
        "g: |\n  h: 1\noct: 0o17\nhex: 0x1F\nold: 017\ndate: 2020-01-01\nword: relu\nnone: ~\n"
    )
    expected = {"a": 1, "b.0.c": 2.5, "b.0.d": True, "b.1.e": 1e-3, "b.1.f": "x y", "word": "relu"}
    assert found("yaml", text) == expected


def test_an_anchored_value_is_never_tuned() -> None:
    assert found("yaml", "a: &x 1.5\nb: *x\nc: !!float 2\nd: 2.5\n") == {"d": 2.5}


def test_non_ascii_text_before_a_value_does_not_move_it() -> None:
    for language, text in (
        ("yaml", "é: ü\nlr: 0.5\n"),
        ("toml", "'é' = 'ü'\nlr = 0.5\n"),
        ("json", '{"é": "ü", "lr": 0.5}'),
    ):
        data = b"" if language == "json" else b"\xef\xbb\xbf"
        data += text.encode()
        last = scan_bytes(language, data).candidates[-1]
        assert data[last.start : last.end] == b"0.5"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("json", "{"),
        ("json", "// c\n{}"),
        ("json", "[" * 100_000),
        ("toml", "a = "),
        ("toml", "a = 1\na = 2"),
        ("yaml", "a: [1"),
        ("yaml", "a: 1\n---\nb: 2\n"),
        ("yaml", "a: 1\na: 2\n\t- x"),
        ("json", "{" + ",".join(f'"k{i}": {i}' for i in range(500)) + "}"),
    ],
)
def test_what_is_not_one_valid_document_of_settings_is_refused(
    language: Language, text: str
) -> None:
    assert scan_bytes(language, text.encode()).refused


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_never_crash_a_scan(data: st.DataObject) -> None:
    name, language = data.draw(
        st.sampled_from([("config.yaml", "yaml"), ("config.toml", "toml"), ("config.json", "json")])
    )
    text = (CORPUS / name).read_bytes()
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 20)))
    junk = data.draw(st.binary(max_size=6) | st.sampled_from([b"[", b"}", b'"', b"\n- ", b": &a "]))
    mutated = text[:at] + junk + text[end:]
    for candidate in scan_bytes(language, mutated).candidates:
        assert mutated[candidate.start : candidate.end].decode() == candidate.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=JSON, indent=st.sampled_from([None, 2]))
def test_any_json_is_read(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
    for candidate in scan_bytes("json", text).candidates:
        assert json.loads(candidate.text) == candidate.value
