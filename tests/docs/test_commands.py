"""Every command of the documentation does what the page says, at least without failing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .page import PAGES, ROOT, blocks, commands, script

WITH_COMMANDS = [page for page in PAGES if any(commands(block) for block in blocks(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_the_commands_of_the_page_work(page: Path, tmp_path: Path) -> None:
    person = {"NAME": "Ada", "EMAIL": "ada@example.org"}
    variables = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ORGLOOP_")},
        **{
            f"GIT_{who}_{key}": value
            for who in ("AUTHOR", "COMMITTER")
            for key, value in person.items()
        },
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": "",
    }
    done = subprocess.run(
        ["bash", "-c", script(page)],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr


def test_the_pages_that_teach_have_commands() -> None:
    assert {page.name for page in WITH_COMMANDS} >= {"README.md", "tutorial.md", "engines.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_block_says_what_it_is(page: Path) -> None:
    known = {"console", "bash", "text", "markdown", "mermaid", "python", "yaml", "json", "toml"}
    assert [block.line for block in blocks(page) if block.language not in known] == []


def test_the_readme_names_the_targets_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    readme = (ROOT / "README.md").read_text()
    assert set(re.findall(r"`?make ([a-z-]+)`?", readme)) <= targets | {"and"}
    assert {"run", "test", "test-slow", "bench", "schemas"} <= targets


def test_every_command_line_that_is_quoted_exists() -> None:
    from typer.main import get_command

    from orgloop.cli.app import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    quoted = set()
    for page in PAGES:
        quoted |= set(
            re.findall(r"(?:`|\$ |^ +)(?:\S*/)?orgloop ([a-z]+)", page.read_text(), re.MULTILINE)
        )
    assert quoted <= known
