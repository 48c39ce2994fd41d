"""autoresearch's contract, against a stand-in that prints exactly what the upstream prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.cli import main
from orgloop.org import load_lab

TRAIN = """\
import sys, time
from pathlib import Path

from prepare import TIME_BUDGET, evaluate_bpb

DEPTH = 8  # 1..16
DEAD = 0
STEPS = 30

data = Path.home() / ".cache" / "autoresearch" / "data" / "shard.txt"
assert data.read_text() == "text"
for step in range(STEPS):
    sys.stdout.write(f"\\rstep {step:05d} ({step / STEPS:.1%}) | loss: {3 - step / 100:.6f} | "
                     "lrm: 1.00 | dt: 10ms | tok/sec: 1,000,000 | mfu: 40.0% | epoch: 1 | "
                     "remaining: 0s    ")
print()
if DEPTH == DEAD:
    raise RuntimeError("FAIL")
Path("run.log").write_text("not to be staged")
print("---")
print(f"val_bpb:          {evaluate_bpb(DEPTH):.6f}")
print("training_seconds: 300.1")
print("total_seconds:    325.9")
print(f"peak_vram_mb:     {1024 * DEPTH:.1f}")
print("mfu_percent:      39.80")
print("total_tokens_M:   499.6")
print("num_steps:        953")
print("num_params_M:     50.3")
print(f"depth:            {DEPTH}")
"""
PREPARE = """\
MAX_SEQ_LEN, TIME_BUDGET = 2048, 300


def evaluate_bpb(depth):
    return {8: 0.9979, 9: 0.9979, 10: 0.9812}.get(depth, 1.05)
"""
PROGRAM = """\
# autoresearch

LOOP FOREVER: tune `train.py`, {{ not_ours }}, and NEVER STOP.
"""
UV = '#!/bin/sh\ntest "$UV_NO_SYNC" = 1 && test "$1" = run && shift && exec python "$@"\n'
TRIED = (9, 10, 0, 11)
ENGINE = f"""\
import re

from orgloop.testing.scripted import Line, Scripted

TRIED = {TRIED}
TRAIN = {TRAIN!r}


def line(request):
    depth = TRIED[int(request.experiment[1:]) - 1]
    code = re.sub("DEPTH = 8", f"DEPTH = {{depth}}", TRAIN)
    return Line(title=f"DEPTH to {{depth}}", edits={{"train.py": code.encode()}})


def engine():
    return Scripted({{"researcher": line}})
"""


def run_git(root: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def upstream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the stand-in, with its environment and data, and a `uv` on the PATH."""
    home = tmp_path / "home"
    (home / ".cache" / "autoresearch" / "data").mkdir(parents=True)
    (home / ".cache" / "autoresearch" / "data" / "shard.txt").write_text("text")
    uv = home / ".local" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(UV)
    uv.chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{uv.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    root = tmp_path / "upstream"
    root.mkdir()
    for name, text in {
        "train.py": TRAIN,
        "prepare.py": PREPARE,
        "program.md": PROGRAM,
        ".gitignore": ".venv/\nresults.tsv\n",
        "pyproject.toml": "[project]\nname = 'autoresearch'\nversion = '0'\n",
    }.items():
        (root / name).write_text(text)
    run_git(root, "init", "-q", "-b", "master")
    run_git(root, "add", "-A")
    run_git(root, "commit", "-qm", "initial commit")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    return root


def orgloop(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["orgloop", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_the_fork_is_the_upstream_with_a_task_and_a_role_that_reads_program_md(
    upstream: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = tmp_path / "lab"
    assert orgloop(monkeypatch, "fork", "autoresearch", lab, "--repo", upstream) == 0
    assert run_git(upstream, "status", "--porcelain") == ""
    assert run_git(lab, "status", "--porcelain") == ""
    added = run_git(lab, "diff", "--name-status", "HEAD~1", "HEAD").split("\n")
    assert sorted(filter(None, added)) == [
        "A\torg/charter.md",
        "A\troles/researcher.md",
        "A\ttask.md",
    ]
    loaded, problems = load_lab(lab)
    assert loaded is not None
    assert [problem.key for problem in problems] == ["run"]  # it takes no seed, as upstream
    task = loaded.task
    assert (task.run, task.editable, task.limits.wall) == ("uv run train.py", ("train.py",), 600)
    assert (loaded.org.charter.accept, loaded.org.charter.ties) == ("greedy", "discard")
    assert "{{ not_ours }}, and NEVER STOP" in loaded.org.roles["researcher"].body


def test_what_is_no_clone_of_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, says in (
        (["autoresearch", "lab"], "--repo CLONE"),
        (["autoresearch", "lab", "--repo", tmp_path], "no clone of autoresearch"),
        (["bytes-lm", "lab", "--repo", tmp_path], "has code of its own"),
    ):
        monkeypatch.chdir(tmp_path)
        assert orgloop(monkeypatch, "fork", *words) == 2
        assert says in capsys.readouterr().err
        assert not (tmp_path / "lab").exists()


@pytest.mark.slow
def test_a_run_keeps_the_contract_to_the_letter(
    upstream: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab = tmp_path / "lab"
    assert orgloop(monkeypatch, "fork", "autoresearch", lab, "--repo", upstream) == 0
    head = run_git(lab, "rev-parse", "--short=7", "HEAD").strip()
    (tmp_path / "depths.py").write_text(ENGINE)
    monkeypatch.syspath_prepend(str(tmp_path))
    words = ["--model", "python:depths:engine", "--experiments", "4", "--json"]
    capsys.readouterr()
    assert orgloop(monkeypatch, "run", lab, *words) == 0
    ended = json.loads(capsys.readouterr().out)
    # One run for each: equal is discarded, lower is kept, a crash is one.
    assert (ended["kept"], ended["discarded"], ended["crashed"]) == (1, 2, 1)
    assert orgloop(monkeypatch, "log", lab, "--tsv") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["commit", "val_bpb", "memory_gb", "status", "description"]
    assert rows[1] == [head, "0.997900", "8.0", "keep", "baseline"]
    # Those in flight at one time end in an order of their own.
    assert sorted(row[1:] for row in rows[2:]) == [
        ["0.000000", "0.0", "crash", "DEPTH to 0"],
        ["0.981200", "10.0", "keep", "DEPTH to 10"],
        ["0.997900", "9.0", "discard", "DEPTH to 9"],
        ["1.050000", "11.0", "discard", "DEPTH to 11"],
    ]
    assert all(len(row[0]) == 7 for row in rows[1:])
    for row in rows[2:]:
        changed = run_git(lab, "diff", "--name-only", f"{row[0]}~1", row[0])
        assert changed == "train.py\n"
    # The branch is there when it is asked for, and holds the baseline and what was kept.
    assert orgloop(monkeypatch, "apply", lab, "--branch", "autoresearch/mar5", "--unaudited") == 0
    assert "DEPTH = 10" in run_git(lab, "show", "autoresearch/mar5:train.py")
    commits = run_git(lab, "log", "--format=%h", "--abbrev=7", f"{head}..autoresearch/mar5")
    assert len(commits.split()) == 1
