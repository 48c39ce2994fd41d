"""Improvement with its uncertainty."""

import subprocess
import sys

import pytest

from orgloop.referee import improvement


def test_the_interval_is_a_t_interval_on_the_pooled_noise() -> None:
    result = improvement([2.70, 2.72, 2.71], 2.50, 0.01, goal="minimize")
    assert result.gain == pytest.approx(0.21)
    assert result.stderr == pytest.approx((0.01**2 + 0.01**2 / 3) ** 0.5)
    assert result.low is not None
    assert result.high is not None
    assert result.gain - result.low == pytest.approx(4.3027 * result.stderr, rel=1e-4)
    assert result.high - result.gain == pytest.approx(result.gain - result.low)
    assert "0.210 ± 0.012 better" in result.text


def test_more_history_narrows_the_interval() -> None:
    few = improvement([2.70, 2.72, 2.71], 2.50, 0.01, goal="minimize")
    history = [[2.60, 2.62], [2.80, 2.82], [2.75, 2.74]]
    many = improvement([2.70, 2.72, 2.71], 2.50, 0.01, goal="minimize", history=history)
    assert many.freedom == 5
    assert few.low is not None
    assert many.low is not None
    assert many.low > few.low


def test_a_deterministic_task_has_no_interval_and_says_why() -> None:
    result = improvement([0.1, 0.1, 0.1], 0.3, None, goal="maximize")
    assert result.deterministic
    assert result.low is None
    assert "identical numbers" in result.text


def test_one_baseline_value_alone_leaves_the_noise_unknown() -> None:
    result = improvement([2.7], 2.5, None, goal="minimize")
    assert result.stderr is None
    assert "noise not known" in result.text


def test_no_gain_is_not_called_better() -> None:
    assert "better" not in improvement([2.70, 2.72, 2.71], 2.80, 0.01, goal="minimize").text


def test_importing_the_package_loads_neither_numpy_nor_scipy() -> None:
    code = "import orgloop.referee, sys; print({'numpy', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
