"""A repository becomes a lab by one file, and is changed in nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.problems import Problems
from orgloop.task import Task, parse_task

from .adopted import ARGPARSE, CSV_LOG, DATA, JSON_RESULT, PROGRESS, commit
from .conftest import Orgloop, git

SLOW = pytest.mark.slow


def task_of(repo: Path) -> Task:
    problems = Problems()
    task = parse_task((repo / "task.md").read_bytes(), "task.md", problems)
    assert task is not None, list(problems)
    return task


def test_a_script_with_arguments_becomes_a_lab(orgloop: Orgloop, tmp_path: Path) -> None:
    readme = "# It\n\n```console\n$ python train.py --epochs 2\n```\n"
    repo = commit(tmp_path / "repo", {"train.py": ARGPARSE, "README.md": readme})
    said = orgloop("adopt", repo, "--yes")
    assert (said.code, said.out) == (0, "")
    assert "| epoch 1 lr 0.001 train_loss:" in said.err
    assert git(repo, "status", "--porcelain", "--ignored") == "?? task.md\n"
    task = task_of(repo)
    assert task.run == "python train.py --epochs 2 --seed {seed}"
    assert (task.metric, task.goal, task.editable) == ("val_loss", "minimize", ("train.py",))
    assert not task.mounts
    checked = orgloop("check", repo)
    assert (checked.code, checked.err) == (0, "")


@SLOW
def test_what_was_written_runs(orgloop: Orgloop, tmp_path: Path) -> None:
    repo = commit(tmp_path / "repo", {"train.py": ARGPARSE})
    assert orgloop("adopt", repo, "--yes", "--quick").code == 0
    git(repo, "add", "task.md")
    git(repo, "commit", "-qm", "A task")
    ran = orgloop("run", repo, "--experiments", "1", "--json")
    assert json.loads(ran.out)["baseline"] is not None


def test_what_a_run_needs_beyond_tracked_files_is_mounted(
    orgloop: Orgloop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".cache" / "thing").mkdir(parents=True)
    (home / ".cache" / "thing" / "weights.txt").write_text("0.5")
    monkeypatch.setenv("HOME", str(home))
    repo = commit(
        tmp_path / "repo",
        {
            "main.py": DATA,
            "model.py": "import leftpad\nscore = lambda rows: sum(rows) * leftpad.SCALE\n",
            "evaluate.py": "def judge(value):\n    return value / 10\n",
            ".gitignore": "data/\n.venv/\n*.txt\n",
            "logs/keep.me": "",
            "data/rows.txt": "1 2 3",
            "logs/old.txt": "of another run",
        },
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", repo / ".venv"], check=True)
    packages = next((repo / ".venv" / "lib").glob("python3*")) / "site-packages"
    (packages / "leftpad.py").write_text("SCALE = 2.0\n")
    said = orgloop("adopt", repo, "--yes", "--goal", "maximize")
    assert said.code == 0, said.err
    task = task_of(repo)
    assert set(task.mounts) == {".venv", "data", "~/.cache/thing"}
    assert set(task.editable) == {"main.py", "model.py"}
    assert "frozen    evaluate.py" in said.err
    assert "score 1.7 in" in said.err
    assert "takes no seed" in said.err


@pytest.mark.parametrize(
    ("name", "text", "metric", "goal"),
    [
        ("fit.py", JSON_RESULT, "valid_loss", "minimize"),
        pytest.param("bench_it.py", CSV_LOG, "val_loss", "minimize", marks=SLOW),
        pytest.param("run.py", PROGRESS, "Test_accuracy", "maximize", marks=SLOW),
    ],
)
def test_the_number_is_found_where_it_is_written(
    orgloop: Orgloop, tmp_path: Path, name: str, text: str, metric: str, goal: str
) -> None:
    repo = commit(tmp_path / "repo", {name: text})
    said = orgloop("adopt", repo, "--yes", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    task = task_of(repo)
    assert (task.metric, task.goal) == (metric, goal)
    assert len(told["values"]) == 2 and told["task"] == (repo / "task.md").read_text()


@SLOW
def test_the_frozen_part_of_a_folder_stays_and_an_organization_comes_along(
    orgloop: Orgloop, tmp_path: Path
) -> None:
    repo = commit(tmp_path / "repo", {"sub/train.py": ARGPARSE, "other.txt": "x"})
    said = orgloop("adopt", repo / "sub", "--yes", "--quick", "--org", "solo")
    assert said.code == 0, said.err
    assert (repo / "sub" / "roles" / "researcher.md").is_file()
    assert orgloop("check", repo / "sub").code == 0


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("print('hello')", ["--yes"], "printed no number with a name"),
        ("raise ValueError('no')", ["--yes"], "The trial run failed: ValueError: no"),
        pytest.param(
            "print('quux: 4')", ["--yes"], "`quux` is 4: which way is better?", marks=SLOW
        ),
        pytest.param(
            "print('loss: 4')",
            ["--yes", "--metric", "acc"],
            "gave no number called `acc`",
            marks=SLOW,
        ),
        ("print('loss: 4')", [], "There is nobody to ask"),
        pytest.param(
            "print('loss: 4')",
            ["--yes", "--editable", "no.py"],
            "`no.py` is no file that git tracks",
            marks=SLOW,
        ),
        pytest.param(
            "import time; time.sleep(60)",
            ["--yes", "--limit", "1s"],
            "was still going after 1",
            marks=SLOW,
        ),
        pytest.param(
            "import urllib.request as u; u.urlopen('http://example.org')",
            ["--yes"],
            "--network",
            marks=SLOW,
        ),
    ],
)
def test_what_does_not_work_is_said_and_nothing_is_written(
    orgloop: Orgloop, tmp_path: Path, text: str, options: list[str], says: str
) -> None:
    repo = commit(tmp_path / "repo", {"train.py": text})
    said = orgloop("adopt", repo, "--quick", *options)
    assert said.code == 2
    assert says in said.err
    assert git(repo, "status", "--porcelain", "--ignored") == ""


def test_a_dry_run_prints_and_a_lab_is_left_alone(orgloop: Orgloop, tmp_path: Path) -> None:
    repo = commit(tmp_path / "repo", {"train.py": "print('loss: 4')"})
    said = orgloop("adopt", repo, "--yes", "--quick", "--dry-run", "--name", "mine")
    assert said.out.startswith("---\nname: mine\nmetric: loss\n")
    (repo / "task.md").write_text(said.out)
    again = orgloop("adopt", repo, "--yes")
    assert again.code == 2 and "is there already" in again.err
    assert orgloop("adopt", tmp_path, "--yes").code == 2
