"""What is in the wheel and in the sdist, and what is not."""

from __future__ import annotations

import tarfile
import zipfile
from email import message_from_bytes

import pytest

from .conftest import ROOT, Built

pytestmark = pytest.mark.slow


def wheel_names(built: Built) -> set[str]:
    with zipfile.ZipFile(built.wheel) as wheel:
        return set(wheel.namelist())


def sdist_names(built: Built) -> set[str]:
    with tarfile.open(built.sdist) as sdist:
        return {name.partition("/")[2] for name in sdist.getnames()}


def junk(names: set[str]) -> list[str]:
    suffixes = (".npz", ".pyc", ".db", ".log", ".so")
    return [
        name
        for name in names
        if name.endswith(suffixes) or "__pycache__" in name or ".orgloop" in name
    ]


def test_the_markdown_and_the_labs_ship_in_the_wheel(built: Built) -> None:
    names = wheel_names(built)
    wanted = {"org/charter.md", *(f"roles/{path.name}" for path in (ROOT / "roles").glob("*.md"))}
    wanted |= {f"examples/labs/bytes-lm/{name}" for name in ("task.md", "train.py", ".gitignore")}
    assert {f"orgloop/_bundled/{name}" for name in wanted} <= names
    assert {"orgloop/py.typed", "orgloop/bench/sandbox/empty", "orgloop_tui/py.typed"} <= names


def test_the_wheel_is_the_two_packages_and_nothing_else(built: Built) -> None:
    names = wheel_names(built)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "orgloop",
        "orgloop_tui",
    }
    assert junk(names) == []
    source = {
        f"orgloop/{path.relative_to(ROOT / 'runtime/orgloop').as_posix()}"
        for path in (ROOT / "runtime/orgloop").rglob("*.py")
    }
    assert source <= names


def test_the_sdist_holds_what_its_own_tests_need(built: Built) -> None:
    names = sdist_names(built)
    assert {"Makefile", "constraints.txt", "LICENSE", "README.md", "tests/cli/test_app.py"} <= names
    assert {"docs/tutorial.md", "org/charter.md", "examples/labs/bytes-lm/train.py"} <= names
    assert junk(names) == []


def test_the_metadata_says_what_the_project_says(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        said = message_from_bytes(wheel.read(path))
        script = wheel.read(path.replace("METADATA", "entry_points.txt")).decode()
    assert said["Name"] == "orgloop"
    assert said["Requires-Python"] == ">=3.11"
    assert said["License-Expression"] == "MIT"
    assert "orgloop = orgloop.cli:main" in script
