from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from orgloop.cli.check import check_command
from orgloop.errors import NotALab

GOOD = Path(__file__).parents[1] / "bad_inputs" / "good"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "lab"))


def spoil(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_clean_lab_is_told_in_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command(root, False) == 0
    assert capsys.readouterr().out == (
        "tiny checks: minimize loss under classic, 4 roles, starting with pi, engine embedded.\n"
    )


def test_problems_are_grouped_by_file_errors_first(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(root / "task.md", "goal: minimize", "goal: down")
    spoil(root / "task.md", " --seed {seed}", "")
    spoil(root / "roles/pi.md", "tools: Read", "tols: Read")

    assert check_command(root, False) == 2
    assert capsys.readouterr().out == (
        "errors in task.md\n"
        "  task.md:4  `goal` must be `minimize` or `maximize`, not `down`.\n"
        "\n"
        "warnings in roles/pi.md\n"
        "  roles/pi.md:4  `tols` is not a key that has an effect.\n"
        "      Did you mean `tools`?\n"
        "\n"
        "1 error and 1 warning. Nothing runs until the errors are mended.\n"
    )


def test_warnings_alone_leave_the_exit_code_at_zero(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(root / "task.md", " --seed {seed}", "")

    assert check_command(root, False) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 warning; otherwise: tiny checks")


def test_json_is_one_array_of_problems(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(root / "task.md", "goal: minimize", "goal: down")

    assert check_command(root, True) == 2
    (problem,) = json.loads(capsys.readouterr().out)
    assert problem == {
        "path": "task.md",
        "line": 4,
        "key": "goal",
        "message": "`goal` must be `minimize` or `maximize`, not `down`.",
        "hint": "",
        "severity": "error",
    }


def test_json_of_a_clean_lab_is_an_empty_array(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_command(root, True) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_a_file_says_cannot_command_the_terminal(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(root / "task.md", "goal: minimize", 'goal: "\\e[31m\\u202e"')

    check_command(root, False)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_where_there_is_no_lab_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(NotALab):
        check_command(tmp_path, False)
