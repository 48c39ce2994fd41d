"""The wheel and the sdist, installed into an environment of their own and used from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from .conftest import Built

pytestmark = pytest.mark.slow

PROGRAM = """\
import random
import sys

RATE = 0.1  # 0.01..1 log
seed = int(sys.argv[sys.argv.index("--seed") + 1])
print(f"loss: {(RATE - 0.3) ** 2 + random.Random(seed).gauss(0, 0.001):.6f}")
"""
TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python -S -E train.py --seed {seed}
editable: [train.py]
limits: {wall: 30s}
---
Make it small.
"""


class Installed:
    """An environment that holds one distribution, and the dependencies of this one by a path."""

    def __init__(self, top: Path, distribution: Path) -> None:
        self.elsewhere = top / "elsewhere"
        self.elsewhere.mkdir(parents=True)
        self._bin = top / "venv/bin"
        venv.create(top / "venv", with_pip=True)
        (site,) = (top / "venv/lib").glob("python*/site-packages")
        # A plain path: what stands in its own .pth files, such as the editable install of the
        # source, is not followed.
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        self._run(str(self._bin / "python"), *pip, "--no-build-isolation", str(distribution))

    def _run(self, *command: str) -> str:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
        gone = ("PYTHONPATH", "VIRTUAL_ENV", "ORGLOOP_MODEL")
        done = subprocess.run(
            command,
            cwd=self.elsewhere,
            env={key: value for key, value in kept.items() if key not in gone},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def python(self, code: str) -> str:
        return self._run(str(self._bin / "python"), "-c", code).strip()

    def orgloop(self, *arguments: str) -> str:
        return self._run(str(self._bin / "orgloop"), *arguments)

    def git(self, *arguments: str) -> None:
        self._run("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments)


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def installed(
    request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    kind: str = request.param
    return Installed(tmp_path_factory.mktemp(kind), getattr(built, kind))


def test_it_runs_from_its_own_environment(installed: Installed) -> None:
    place = Path(installed.python("import orgloop; print(orgloop.__file__)"))
    assert place.is_relative_to(installed.elsewhere.parent)
    assert installed.orgloop("--version").startswith("orgloop ")
    assert sys.prefix not in str(place)


def test_a_template_is_forked_and_checks(installed: Installed) -> None:
    assert "bytes-lm" in installed.orgloop("templates")
    installed.orgloop("fork", "bytes-lm", "forked")
    assert "bytes-lm checks" in installed.orgloop("check", "forked")
    assert "pi --> experimenter" in installed.orgloop("graph", "forked")


def test_a_lab_without_an_organization_runs_under_the_bundled_one(installed: Installed) -> None:
    lab = installed.elsewhere / "tiny"
    lab.mkdir()
    (lab / "train.py").write_text(PROGRAM)
    (lab / "task.md").write_text(TASK)
    for arguments in (["init", "-q", "tiny"], ["-C", "tiny", "add", "-A"]):
        installed.git(*arguments)
    installed.git("-C", "tiny", "commit", "-qm", "start")

    summary = json.loads(installed.orgloop("run", "tiny", "--experiments", "1", "--json"))
    assert summary["experiments"] == 1
    assert summary["baseline"] == pytest.approx(0.04, abs=0.01)
    (row,) = json.loads(installed.orgloop("log", "tiny", "--json"))
    assert row["id"] == "e0001"
