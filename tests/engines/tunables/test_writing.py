from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.engines.tunables import Value, rounded, written
from orgloop.engines.tunables.candidate import Language


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (0.002, "1e-3", "2e-3"),
        (0.00123, "3e-4", "1.23e-3"),
        (0.25, "1e-1", "0.25"),
        (0.002, "0.001", "0.002"),
        (0.00002, "0.001", "2e-5"),
        (2.0, "1.0", "2.0"),
        (2.0, "1", "2.0"),
        (0.25, ".5", ".25"),
        (-0.25, "-.5", "-.25"),
        (10.5, ".5", "10.5"),
        (0.0, ".5", "0.0"),
        (262144, "524_288", "262_144"),
        (512, "1_024", "512"),
        (512, "1024", "512"),
        (3_000_000.0, "1e6", "3e6"),
        (True, "False", "True"),
        ("gelu", "'relu'", "'gelu'"),
        ("gelu", '"relu"', '"gelu"'),
        ("it's", "'relu'", '"it\'s"'),
    ],
)
def test_python_is_written_in_the_writers_style(value: Value, like: str, text: str) -> None:
    assert written(value, like) == text


@pytest.mark.parametrize(
    ("language", "value", "like", "text"),
    [
        ("yaml", 0.0003, "1e-3", "3.0e-4"),
        ("yaml", 3e7, "1e6", "3.0e+7"),
        ("yaml", True, "False", "True"),
        ("yaml", True, "false", "true"),
        ("yaml", "gelu", "relu", "gelu"),
        ("yaml", "no", "relu", '"no"'),
        ("yaml", "a: b", "relu", '"a: b"'),
        ("yaml", "gelu", "'relu'", "'gelu'"),
        ("toml", False, "true", "false"),
        ("toml", 0.25, "0.5", "0.25"),
        ("toml", "gelu", "'relu'", "'gelu'"),
        ("json", True, "false", "true"),
        ("json", 20480, "1024", "20480"),
        ("json", "é", '"a"', '"é"'),
    ],
)
def test_configuration_files_have_their_own_spelling(
    language: Language, value: Value, like: str, text: str
) -> None:
    assert written(value, like, language) == text


LIKES = st.sampled_from(["1e-3", "0.5", ".5", "1", "1_000.0", "10**-3", "-2.5E-4"])


@given(value=st.floats(allow_nan=False, allow_infinity=False), like=LIKES)
def test_a_float_reads_back_as_itself(value: float, like: str) -> None:
    assert float(written(value, like)) == value
    assert json.loads(written(value, like, "json")) == value
    assert tomllib.loads(f"x = {written(value, like, 'toml')}")["x"] == value
    assert float(written(value, like, "yaml")) == value


@given(value=st.floats(1e-9, 1e9))
def test_a_rounded_value_has_three_digits(value: float) -> None:
    digits = written(rounded(value), "1e-3").replace("e", " ").split()[0]
    assert len(digits.replace(".", "").replace("-", "").strip("0")) <= 3
    assert rounded(value) == pytest.approx(value, rel=0.0051)
