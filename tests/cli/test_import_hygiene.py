"""What answers at once imports nothing heavy, and a run no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.ledger import Ledger, ledger_path

HEAVY = ("langgraph", "langchain_core", "textual", "orgloop_tui", "optuna", "libcst", "scipy")
HEAVY += ("git", "numpy", "watchdog")
PROGRAM = """
import sys
from orgloop.cli import main
sys.argv[0] = "orgloop"
try:
    main()
except SystemExit as ended:
    code = ended.code or 0
loaded = [name for name in {heavy!r} if name in sys.modules]
print("loaded:", code, *loaded, file=sys.stderr)
"""


def loaded(*arguments: str | Path, heavy: tuple[str, ...] = HEAVY) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=heavy), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    code, *names = done.stderr.splitlines()[-1].removeprefix("loaded: ").split()
    assert code == "0", done.stderr
    return names


@pytest.fixture
def begun(lab: Path) -> Path:
    with Ledger.open(ledger_path(lab)) as ledger:
        ledger.runs.create(baseline_commit="ab" * 20, task={"name": "tiny", "metric": "loss"})
        ledger.experiments.start("r1", 1, "ab" * 20)
    return lab


def test_help_is_the_command_line_alone() -> None:
    assert loaded("--help", heavy=(*HEAVY, "pydantic", "jinja2", "asyncio")) == []


@pytest.mark.parametrize("command", ["check", "graph", "log"])
def test_reading_a_lab_imports_nothing_heavy(begun: Path, command: str) -> None:
    assert loaded(command, begun) == []


def test_showing_an_experiment_imports_nothing_heavy(begun: Path) -> None:
    assert loaded("show", "e0001", "--lab", begun) == []


def test_templates_and_messages_import_nothing_heavy(begun: Path) -> None:
    assert loaded("templates") == []
    assert loaded("tell", "hello", "--lab", begun) == []


def test_audit_and_apply_do_without_langgraph() -> None:
    for module in ("orgloop.cli.audit", "orgloop.cli.apply"):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sys, {module}; print(*(n for n in {HEAVY!r} if n in sys.modules))",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "langgraph" not in done.stdout.split()
        assert "scipy" not in done.stdout.split()
