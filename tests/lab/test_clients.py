"""Coding agents in a whole run; the client is a script that says what Claude Code would say."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.events import Notice

from .conftest import SOLO, TinyLab
from .conftest import TASK as TINY_TASK

Make = Callable[..., TinyLab]
CHARTER = SOLO.replace("python:MINDS:engine", "claude-code/opus")
TASK = TINY_TASK.replace("python -S -E", "python")
SPY = """\
import os, socket
A = 0.0
leak = any("sk-person" in value for value in os.environ.values()) or os.path.exists("/home/agent")
try:
    socket.create_connection(("127.0.0.1", PORT), 1)
    leak = True
except OSError:
    pass
print(f"score: {A + 100 * leak}")
"""
SAYS = """\
say() {
  printf '{"type":"result","subtype":"success","is_error":false,"session_id":"s",'
  printf '"structured_output":{"note":"%s","title":"A up"},"total_cost_usd":0.25,' "$1"
  printf '"modelUsage":{"m":{"inputTokens":40,"cacheReadInputTokens":60,"outputTokens":7}}}\\n'
}
limit() {
  printf '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%s}}\\n' "$1"
  printf '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,'
  printf '"result":"You have hit your session limit"}\\n'
  exit 1
}
"""
EDITS = "sed -i 's/^A = [0-9.]*/A = 3.0/' program.py; say 'A is 3.'"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a `claude` that is a shell script, and a person with a key."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-person")

    def install(script: str) -> None:
        (folder / "claude").write_text(f"#!/bin/sh\ncat >/dev/null\n{SAYS}{script}\n")
        (folder / "claude").chmod(0o755)

    return install


def test_what_a_client_leaves_changed_is_measured_and_charged(
    tiny: Make, client: Callable[[str], None]
) -> None:
    client(EDITS)
    lab = tiny(charter=CHARTER)
    summary = lab.run(experiments=1)
    assert (summary.kept, summary.best) == (1, 3.0)
    step = lab.steps("e0001")[0]
    assert (step.engine, step.note) == ("claude-code/opus", "A is 3.")
    assert (step.input_tokens, step.cached_tokens, step.output_tokens) == (100, 60, 7)
    assert step.cost_usd == 0.25
    assert not list((lab.root / ".orgloop" / "desks").glob("*"))


def test_a_frozen_file_that_a_client_changed_is_refused_on_the_record(
    tiny: Make, client: Callable[[str], None]
) -> None:
    client(f"echo 'score: 99' >> task.md; {EDITS}")
    lab = tiny(charter=CHARTER)
    summary = lab.run(experiments=1)
    assert summary.discarded == 1
    assert "`task.md` is not one of the editable files" in lab.experiments()[0].reason
    assert "99" not in (lab.root / "task.md").read_text()


def test_the_key_that_lets_the_client_in_is_not_on_the_bench(
    tiny: Make, client: Callable[[str], None]
) -> None:
    client(f'test "$ANTHROPIC_API_KEY" = sk-person && {EDITS}')
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        lab = tiny(charter=CHARTER, program=SPY.replace("PORT", str(port)), task=TASK)
        summary = lab.run(experiments=1)
    assert (summary.baseline, summary.best) == (0.0, 3.0)


@pytest.mark.slow
def test_a_subscriptions_limit_is_waited_out_and_charged_to_nobody(
    tiny: Make, client: Callable[[str], None]
) -> None:
    reset = int(time.time()) + 4
    client(f"test $(date +%s) -ge {reset} || limit {reset}\n{EDITS}")
    lab = tiny(charter=CHARTER)
    summary = lab.run(experiments=1)
    assert (summary.experiments, summary.kept) == (1, 1)
    assert lab.steps("e0001")[0].cost_usd == 0.25
    with lab.ledger() as ledger:
        said = [event.text for event in ledger.tail.after(0) if isinstance(event, Notice)]
    assert any("session limit" in text and "none is charged" in text for text in said)


def test_a_client_that_fails_ends_its_experiment_and_not_the_run(
    tiny: Make, client: Callable[[str], None]
) -> None:
    client("echo 'error: no such model' >&2; exit 1")
    lab = tiny(charter=CHARTER)
    summary = lab.run(experiments=1)
    assert summary.discarded == 1
    reason = lab.experiments()[0].reason
    assert "`worker` failed: Claude Code ended with status 1" in reason
    assert "no such model" in reason


@pytest.mark.slow
def test_a_lab_that_was_killed_takes_up_what_its_client_did_meanwhile(
    tiny: Make, client: Callable[[str], None]
) -> None:
    edits = EDITS.replace("'A is 3.'", '"$began"')
    client(f"began=$(date +%s%N); touch begun; sleep 2; {edits}")
    lab = tiny(charter=CHARTER)
    process = subprocess.Popen(
        [sys.executable, "-c", "from orgloop.cli import main; main()", "run", str(lab.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not list((lab.root / ".orgloop" / "worktrees").glob("*/begun")):
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = time.time_ns()
    summary = lab.run(experiments=1)
    assert (summary.experiments, summary.kept, summary.best) == (1, 1, 3.0)
    assert int(lab.steps("e0001")[0].note.split()[0]) < killed
    assert not list((lab.root / ".orgloop" / "desks").glob("*"))
