"""`orgloop run` from the outside: one object on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.lab.lock import LabLock
from orgloop.repo.home import make_home

from .conftest import PROGRAM, Orgloop, apart, git

PROMISED = {
    "run", "task", "metric", "goal", "baseline", "best", "best_commit", "experiments", "kept",
    "discarded", "crashed", "generation", "wall_s", "bench_busy_s", "slots", "tokens", "cost_usd",
}  # fmt: skip


def test_a_run_ends_with_one_object_and_leaves_a_record(lab: Path) -> None:
    (lab / "notes.txt").write_text("mine, and not committed")
    before = git(lab, "status", "--porcelain"), git(lab, "rev-parse", "HEAD")

    said = apart("run", "lab", "--experiments", "2", "--seed", "7", "--json", cwd=lab.parent)

    assert said.code == 0, said.err
    (line,) = said.out.splitlines()
    summary = json.loads(line)
    assert set(summary) >= PROMISED
    assert summary["experiments"] == 2
    assert summary["kept"] + summary["discarded"] + summary["crashed"] == 2
    assert summary["state"] == "finished"
    assert "tiny, run r1: loss, lower is better" in said.err
    assert "Traceback" not in said.err
    assert (git(lab, "status", "--porcelain"), git(lab, "rev-parse", "HEAD")) == before
    assert git(lab, "rev-parse", "orgloop/r1").strip() == summary["best_commit"]

    rows = json.loads(apart("log", "--json", cwd=lab).out)
    promised = {"id", "status", "commit", "base", "value", "measurements", "generation", "title"}
    assert all(set(row) >= promised | {"tokens", "wall_s"} for row in rows)
    assert {row["id"] for row in rows} == {"e0001", "e0002"}
    assert all((lab / f".orgloop/cases/r1/{row['id']}.md").is_file() for row in rows)

    page = apart("show", "e0001", cwd=lab)
    assert page.code == 0
    assert page.out.startswith("# e0001: ")
    assert "```diff" in page.out

    again = apart("run", cwd=lab)
    assert again.code == 0
    assert "The budget of experiments is used up." in again.out
    assert "orgloop run --experiments 4" in again.out


@pytest.mark.parametrize("model", ["claude-code/opus", "sonnet"])
def test_a_client_that_is_not_installed_is_told_with_the_line_that_installs_it(
    orgloop: Orgloop, lab: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = orgloop("run", lab, "--model", model)
    assert (said.code, said.out) == (2, "")
    assert "there is no `claude` on the PATH" in said.err
    assert "npm install -g @anthropic-ai/claude-code" in said.err


def test_check_says_which_client_is_not_installed(
    orgloop: Orgloop, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (lab / "roles").mkdir()
    (lab / "roles/pi.md").write_text(
        "---\nname: pi\ndescription: Chooses.\nmodel: codex\n---\nChoose.\n"
    )
    checked = orgloop("check", lab)
    assert checked.code == 2
    assert "roles/pi.md" in checked.out
    assert "npm install -g @openai/codex" in checked.out


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_model_that_lacks_its_key_is_told_with_the_file_that_names_it(
    orgloop: Orgloop, lab: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (lab / "roles").mkdir()
    (lab / "roles/pi.md").write_text(
        "---\nname: pi\ndescription: Chooses.\nmodel: openai:gpt-5\n---\nChoose.\n"
    )
    said = orgloop(command, lab)
    assert said.code == 2
    told = said.err + said.out
    assert "roles/pi.md" in told and "OPENAI_API_KEY is not set" in told
    assert not (lab / ".orgloop").exists()


def test_a_model_on_the_command_line_that_lacks_its_package_is_told_once(
    orgloop: Orgloop, lab: Path
) -> None:
    said = orgloop("run", lab, "--model", "groq:some")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[1] == "  pip install langchain-groq"


@pytest.mark.slow
def test_a_task_with_nothing_to_tune_says_so_and_names_the_way_out(lab: Path) -> None:
    (lab / "train.py").write_text('print("loss: 1.0")\n')
    git(lab, "commit", "-qam", "nothing to tune")
    said = apart("run", "lab", cwd=lab.parent)
    assert said.code in (1, 2)
    assert "Traceback" not in said.err
    assert "tun" in said.err and "`tunables:`" in said.err


@pytest.mark.slow
def test_a_baseline_that_fails_is_told_with_its_last_lines(lab: Path) -> None:
    (lab / "train.py").write_text(PROGRAM + "raise RuntimeError('no data here')\n")
    git(lab, "commit", "-qam", "broken")
    said = apart("run", "lab", cwd=lab.parent)
    assert (said.code, said.out) == (1, "")
    assert "The baseline does not run" in said.err
    assert "RuntimeError: no data here" in said.err
    assert "Traceback (most recent call last):\n" not in said.err.partition("orgloop: ")[0]


def test_files_that_are_not_committed_do_not_start_a_run(orgloop: Orgloop, lab: Path) -> None:
    (lab / "train.py").write_text(PROGRAM + "# more\n")
    said = orgloop("run", lab)
    assert (said.code, said.out) == (2, "")
    assert "`train.py` is not committed" in said.err


def test_a_lab_that_runs_elsewhere_is_left_alone(orgloop: Orgloop, lab: Path) -> None:
    lock = LabLock(make_home(lab))
    lock.sign()
    said = orgloop("run", lab)
    lock.release()
    assert (said.code, said.out) == (1, "")
    assert f"Another process is running this lab (process {os.getpid()} on " in said.err


@pytest.mark.slow
def test_an_interrupt_stops_the_run_and_says_how_to_go_on(lab: Path) -> None:
    program = [sys.executable, "-c", "from orgloop.cli import main; main()", "run", "--json"]
    running = subprocess.Popen(
        program, cwd=lab, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    told = ""
    for line in running.stderr:  # the baseline's line: by then the run is under way
        told += line
        if line.startswith("baseline"):
            running.send_signal(signal.SIGINT)
            break
    out, rest = running.communicate(timeout=60)
    assert running.returncode == 0, told + rest
    assert json.loads(out)["state"] == "stopped"
    said = apart("run", "--experiments", "1", cwd=lab)
    assert "Traceback" not in told + rest + said.err
    assert said.code == 0
