"""The organizations in examples/orgs: each checks, is forked, and runs with no key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from orgloop.engines.registry import EMBEDDED
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.ledger import Ledger, ledger_path
from orgloop.org import Lab, load_lab, org_templates

ORGS = sorted(name for name in org_templates() if name != "classic")
PLAIN = {"optuna", "solo"}
"""Baselines to hold others against, and nobody's idea of a good organization."""
PROGRAM = """\
A = 1.0  # 0..10
B = 8  # 1..64
C = 0.1  # 0.01..1 log
print(f"score: {A + B / 8 - C:.6f}")
"""
TASK = """\
---
name: tiny
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
editable: [program.py]
limits: {wall: 30s, memory: 1GB}
slots: 1
---
Make the score large.
"""
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "task.md").write_text(TASK)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*GIT, *arguments], cwd=tmp_path, check=True)
    return tmp_path


def loaded(lab: Path, org: str) -> Lab:
    found, problems = load_lab(lab, org=org)
    assert found is not None and list(problems) == []
    return found


def test_there_are_those_that_the_documentation_promises() -> None:
    assert {"solo", "skunkworks", "peer-review", "standup"} <= set(ORGS)


@pytest.mark.parametrize("name", ORGS)
def test_it_checks_and_every_role_of_it_has_an_engine_that_thinks(lab: Path, name: str) -> None:
    for role in loaded(lab, name).org.employed().values():
        assert role.org.embedded in set(EMBEDDED) - {"pass"}, role.name
        assert role.description.endswith(".")


@pytest.mark.parametrize("name", ORGS)
def test_its_readme_says_what_it_believes_and_when_to_pick_it(name: str) -> None:
    root = org_templates()[name]
    text = (root / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}: ")
    if name not in PLAIN:
        assert "**It believes**" in text and "**Pick it** " in text and "**Do not** " in text
        assert f"$ orgloop fork {name} my-lab\n" in text
        assert "**With no model**" in text
    for target in re.findall(r"\]\((\.\./[^)#]+)", text):
        assert (root / target).exists(), target


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ORGS if name not in PLAIN])
def test_it_runs_with_no_key(lab: Path, name: str) -> None:
    employed = set(loaded(lab, name).org.employed())
    summary = run_lab(lab, RunOptions(org=name, experiments=10, seed=1), on_open=lambda _: None)
    assert (summary.experiments, summary.crashed) == (10, 0)
    assert summary.kept > 0
    with Ledger.read_only(ledger_path(lab)) as ledger:
        asked = {row.role: row for row in ledger.accounts.by_role("r1")}
        assert set(asked) <= employed
        assert sum(row.failures for row in asked.values()) == 0
        if name == "standup":
            outside = ledger.steps.latest_outside("r1")
            assert [(step.node, step.visit) for step in outside] == [
                ("librarian", 2),
                ("meeting", 1),
            ]
            assert outside[0].note.startswith("The notebook after 10 experiments")
        elif name == "skunkworks":
            decided = {
                step.decision for id in range(1, 11) for step in ledger.steps.of("r1", f"e{id:04}")
            }
            assert {"tune", "rebuild", "gamble"} <= decided
        else:
            (statistician,) = asked["statistician"].engines
            assert statistician == "embedded: statistics"
