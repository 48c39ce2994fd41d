"""The interface in a real terminal, on a lab that another process runs."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ORGLOOP = [sys.executable, "-c", "from orgloop.cli import main; main()"]
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python -S -E train.py --seed {seed}
editable: [train.py]
limits: {wall: 30s}
slots: 1
---
Make it small.
"""
PROGRAM = """\
import time

RATE = 0.1  # 0.01..1 log
DEPTH = 0.1  # 0.01..1 log
WIDTH = 0.1  # 0.01..1 log
DECAY = 0.1  # 0.01..1 log
time.sleep(0.3)
print(f"loss: {sum((one - 0.3) ** 2 for one in (RATE, DEPTH, WIDTH, DECAY)):.6f}")
"""


class Terminal:
    """A terminal of 120 by 36 in tmux, on a server of its own."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._socket = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        self._run("new-session", "-d", "-s", "watch", "-x", "120", "-y", "36", *command)

    def _run(self, *arguments: str) -> str:
        # As Python knows them: readline tells the C library of LINES and COLUMNS, which would win.
        done = subprocess.run(
            [*self._socket, *arguments],
            capture_output=True, text=True, check=True, env=dict(os.environ),
        )  # fmt: skip
        return done.stdout

    def press(self, *keys: str) -> None:
        self._run("send-keys", "-t", "watch", *keys)

    def text(self) -> str:
        return self._run("capture-pane", "-p", "-t", "watch")

    def until(self, so: Callable[[str], bool]) -> None:
        until(lambda: so(self.text()), self.text)

    @property
    def open(self) -> bool:
        asked = subprocess.run([*self._socket, "has-session"], capture_output=True, check=False)
        return asked.returncode == 0

    def close(self) -> None:
        subprocess.run([*self._socket, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A lab with a run that has hours to go."""
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "train.py").write_text(PROGRAM)
    (lab / "task.md").write_text(TASK)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*GIT, *arguments], cwd=lab, check=True)
    with (tmp_path / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [*ORGLOOP, "run", str(lab), "--experiments", "5000"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        yield lab, process
        process.terminate()
        process.wait()


def until(so: Callable[[], bool], seen: Callable[[], str] = str) -> None:
    for _ in range(1500):
        if so():
            return
        time.sleep(0.2)
    raise AssertionError(f"it never came to be so\n{seen()}")


@pytest.mark.slow
def test_a_person_watches_pauses_resumes_and_leaves_and_the_run_goes_on(
    running: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    lab, process = running
    until((lab / ".orgloop" / "lab.db").exists)
    terminal = Terminal(tmp_path, [*ORGLOOP, "watch", str(lab)])
    try:
        terminal.until(lambda text: "e00" in text)
        terminal.press("p")
        terminal.until(lambda text: "paused" in text)
        terminal.press("p")
        terminal.until(lambda text: "running" in text.splitlines()[0])
        terminal.press("o")
        terminal.until(lambda text: "name: classic" in text)
        terminal.press("Escape")
        terminal.until(lambda text: "floor" in text)
        terminal.press("q")
        until(lambda: not terminal.open)
    finally:
        terminal.close()
    assert process.poll() is None, "closing the interface changes nothing"


@pytest.mark.slow
def test_a_terminal_that_goes_away_without_a_word_takes_the_interface_with_it(
    running: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    lab, process = running
    until((lab / ".orgloop" / "lab.db").exists)
    outer, inner = pty.openpty()
    # Its own session without a terminal of its own: nobody sends it SIGHUP.
    watching = subprocess.Popen(
        [*ORGLOOP, "watch", str(lab)],
        stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(inner)
    seen = b""
    while b"progress" not in seen:
        seen += os.read(outer, 65536)
    os.close(outer)
    until(lambda: watching.poll() is not None)
    assert process.poll() is None, "the run goes on"
