"""Every command from the outside: what it says, where it says it, and its exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer

from orgloop import __version__
from orgloop.cli.app import app

from .conftest import Orgloop

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_the_commands_are_those_that_the_documentation_names() -> None:
    assert COMMANDS == [
        "adopt", "again", "answer", "apply", "audit", "budget", "check", "compare", "doctor",
        "export", "fork", "graph", "log", "org", "overrule", "pause", "recover", "rehearse",
        "report", "resume", "run", "show", "stop", "tell", "templates", "tune", "veto", "watch",
    ]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(orgloop: Orgloop, command: str, flag: str) -> None:
    said = orgloop(command, flag)
    assert said.code == 0
    assert said.out.startswith(f"Usage: orgloop {command}")
    assert said.err == ""


def test_the_list_of_commands_is_not_cut_short(orgloop: Orgloop) -> None:
    listed = orgloop("--help").out.partition("Commands:")[2].split("\n")
    assert len([line for line in listed if line.strip()]) == len(COMMANDS)
    assert not [line for line in listed if "..." in line or len(line) > 80]


def test_the_version_is_the_packages(orgloop: Orgloop) -> None:
    assert orgloop("--version").out == f"orgloop {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["run", "--slots", "0"], ["run", "--experiments", "many"], ["show"], ["fork"]],
)
def test_wrong_arguments_end_with_2_and_say_so_on_stderr(
    orgloop: Orgloop, arguments: list[str]
) -> None:
    said = orgloop(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert "Error: " in said.err


def test_a_value_that_cannot_be_is_told_with_its_option(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("run", lab, "--hours", "-1")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("orgloop: --hours cannot be -1.0")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["check"],
        ["graph"],
        ["log"],
        ["stop"],
        ["pause"],
        ["resume"],
        ["tell", "hi"],
    ],
)
@pytest.mark.parametrize("place", ["", "nowhere"])
def test_where_there_is_no_lab_every_command_says_so(
    orgloop: Orgloop, arguments: list[str], place: str
) -> None:
    where = [] if not place else ["--lab", place] if arguments[0] == "tell" else [place]
    said = orgloop(*arguments, *where)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("orgloop: There is no ")
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize("arguments", [["run"], ["graph"]])
def test_a_broken_charter_stops_what_needs_one_with_its_line(
    orgloop: Orgloop, lab: Path, arguments: list[str]
) -> None:
    (lab / "org").mkdir()
    (lab / "org/charter.md").write_text("---\nacept: greedy\n---\n```mermaid\nflowchart LR\n```\n")
    said = orgloop(*arguments, lab)
    assert (said.code, said.out) == (2, "")
    assert "org/charter.md:2: error: " in said.err
    assert "`orgloop check` lists them." in said.err
    assert orgloop("check", lab).code == 2


def test_a_lab_that_checks_is_told_in_a_line(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("check", lab)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("tiny checks: minimize loss under classic, 4 roles")


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["check", "--json"], list),
        (["log", "--json"], list),
        (["graph", "--json"], dict),
        (["templates", "--json"], list),
    ],
)
def test_json_is_one_value_alone_on_stdout(
    orgloop: Orgloop, lab: Path, arguments: list[str], kind: type
) -> None:
    where = [] if arguments[0] == "templates" else [lab]
    said = orgloop(*arguments, *where)
    assert said.code == 0
    assert isinstance(json.loads(said.out), kind)


def test_a_lab_that_has_not_run_has_no_experiments(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("show", "1", "--lab", lab)
    assert (said.code, said.out) == (2, "")
    assert "has no experiments yet" in said.err
    assert not (lab / ".orgloop").exists()


def test_a_directory_without_git_is_told_with_what_to_do(
    orgloop: Orgloop, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(lab.parent))
    (lab / ".git").rename(lab.parent / "elsewhere")
    said = orgloop("run", lab)
    assert said.code in (1, 2)
    assert said.out == ""
    assert "is in no git repository" in said.err
    assert "`git init`" in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_lab_that_cannot_be_written_is_told(orgloop: Orgloop, lab: Path) -> None:
    lab.chmod(0o555)
    try:
        said = orgloop("run", lab)
    finally:
        lab.chmod(0o755)
    assert said.code in (1, 2)
    assert "cannot be written" in said.err
