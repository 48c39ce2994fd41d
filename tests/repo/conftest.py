from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orgloop.repo import LabRepo

Git = Callable[..., str]

FILES = {
    "task.md": "---\nname: toy\n---\nbody\n",
    "train.py": "LR = 0.1\nSTEPS = 10\n\n\ndef main():\n    print(LR)\n\n\nmain()\n",
    "model/net.py": "WIDTH = 8\n",
    "evaluate.py": "print('loss: 1')\n",
}


IDENTITY = "[user]\n\tname = Ada\n\temail = ada@example.org\n"


def _git(directory: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "gitconfig"
    config.write_text(IDENTITY)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_PYTHON_REFRESH", "quiet")


@pytest.fixture(scope="session", autouse=True)
def someone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    config = tmp_path_factory.mktemp("someone") / "gitconfig"
    config.write_text(IDENTITY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(config))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture
def git() -> Git:
    return _git


def write(directory: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def start(directory: Path, files: dict[str, str] | None = None) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    _git(directory, "init", "-q", "--template=", "-b", "main")
    write(directory, FILES if files is None else files)
    _git(directory, "add", "-A")
    _git(directory, "commit", "-q", "-m", "start")
    return directory


@pytest.fixture
def make_lab(tmp_path: Path) -> Callable[..., Path]:
    def make(files: dict[str, str] | None = None, *, at: str = "lab") -> Path:
        return start(tmp_path / at, files)

    return make


@pytest.fixture(scope="session")
def first_lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Made once and copied: three git processes a test are most of what these tests would cost.
    return start(tmp_path_factory.mktemp("first") / "lab")


@pytest.fixture
def lab(tmp_path: Path, first_lab: Path) -> Path:
    return Path(shutil.copytree(first_lab, tmp_path / "lab", symlinks=True))


@pytest.fixture
def repo(lab: Path) -> Iterator[LabRepo]:
    opened = LabRepo.open(lab)
    yield opened
    opened.close()


@pytest.fixture
def experiment(repo: LabRepo) -> Callable[..., str]:
    def commit(
        edits: dict[str, bytes | None], base: str | None = None, message: str = "try"
    ) -> str:
        return repo.commit_edits(base or repo.head(), edits, message=message, author="tester")

    return commit
