"""The distributions, built from a copy of the source as a person's checkout looks after use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUNK = ("examples/labs/bytes-lm/model.npz", "roles/.orgloop/lab.db", "runtime/orgloop/x.pyc")
"""What trying things out in place leaves behind, planted where it could get into a wheel."""


@dataclass(frozen=True, slots=True)
class Built:
    """The two archives."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist from the source, and the wheel from the sdist."""
    top = tmp_path_factory.mktemp("source")
    source, out = top / "orgloop", top / "dist"
    source.mkdir()
    for name in ("runtime", "tui", "org", "roles", "examples", "tests", "benchmarks", "docs"):
        left_out = shutil.ignore_patterns(".mypy_cache", ".ruff_cache", ".hypothesis")
        shutil.copytree(ROOT / name, source / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE", "Makefile", "constraints.txt"):
        shutil.copy(ROOT / name, source)
    for name in JUNK:
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(b"junk")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Built(wheel, sdist)
