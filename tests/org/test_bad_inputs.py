"""Every file of ``tests/bad_inputs`` is put into a lab that checks, and must be told about."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from orgloop.org import load_lab

INPUTS = Path(__file__).parents[1] / "bad_inputs"
EXPECTED = tomllib.loads((INPUTS / "expected.toml").read_text(encoding="utf-8"))
PLACES = {"task": "task.md", "charter": "org/charter.md", "role": "roles/pi.md"}


def test_the_lab_that_the_bad_files_are_put_into_checks() -> None:
    lab, problems = load_lab(INPUTS / "good")

    assert lab is not None
    assert list(problems) == []


def test_every_bad_file_has_an_expectation() -> None:
    files = {str(path.relative_to(INPUTS)) for kind in PLACES for path in (INPUTS / kind).iterdir()}

    assert files == EXPECTED.keys()
    assert len(files) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_file_is_a_problem_with_its_line_and_no_traceback(name: str, tmp_path: Path) -> None:
    expected = EXPECTED[name]
    place = PLACES[name.partition("/")[0]]
    root = tmp_path / "lab"
    shutil.copytree(INPUTS / "good", root)
    shutil.copy(INPUTS / name, root / place)

    lab, problems = load_lab(root)

    severity = expected.get("severity", "error")
    assert (lab is None) == (severity == "error")
    matching = [
        problem
        for problem in problems
        if expected["message"] in f"{problem.message} {problem.hint}"
        and problem.line == expected.get("line", problem.line)
        and problem.severity == severity
    ]
    assert matching, "\n".join(map(str, problems))
    assert all(problem.path and problem.message.endswith(".") for problem in problems)
