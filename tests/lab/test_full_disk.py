"""A disk that is full: on a small file system of its own, in a mount namespace of its own.

Needs root (or a user who may mount in a namespace); where neither is possible the tests fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .account import all_is_accounted_for
from .conftest import SOLO, TASK, TinyLab

Make = Callable[..., TinyLab]
pytestmark = pytest.mark.slow

PROGRAM = """\
import time
A = 0.0
GROWS = 0
if GROWS:
    with open("big", "wb") as out:
        out.write(bytes(GROWS))
        out.flush()
time.sleep(0.3)
print(f"score: {A}")
"""
INSIDE = """
import os, signal, subprocess, sys, threading, time
from pathlib import Path

place, source, when, spare = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
place.mkdir(exist_ok=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", place], check=True)
lab = place / "lab"
subprocess.run(["cp", "-a", source, lab], check=True)
filler = place / "filler"

def fill():
    with open(filler, "ab", buffering=0) as out:
        about = os.statvfs(place)
        left = about.f_bavail * about.f_frsize - spare
        for size in (1 << 20, 1 << 12, 1):
            while left >= size:
                try:
                    out.write(bytes(size))
                except OSError:
                    break
                left -= size

def run(*more):
    code = "from orgloop.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "run", lab, "--json", *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )

def count(what):
    sys.path.insert(0, str(lab))
    from orgloop.ledger import Ledger
    from orgloop.errors import LedgerError
    try:
        with Ledger.read_only(lab / ".orgloop" / "lab.db") as ledger:
            if what == "finished":
                return ledger.runs.counts("r1").finished
            return len(ledger.measurements.running("r1"))
    except LedgerError:
        return 0

first = run()
while count("finished") < 2 and first.poll() is None:
    time.sleep(0.05)
if when == "run":
    while not count("running") and first.poll() is None:
        time.sleep(0.005)
if when in ("run", "any"):
    fill()
elif when == "lab dies":
    while not count("running") and first.poll() is None:
        time.sleep(0.005)
    first.kill()
    fill()
    time.sleep(1.0)
try:
    out, err = first.communicate(timeout=60)
except subprocess.TimeoutExpired:
    first.terminate()
    out, err = first.communicate(timeout=60)
print("FIRST", first.returncode, err, sep="\\n", flush=True)
second = run()
out, err = second.communicate(timeout=60) if filler.exists() else ("", "")
print("SECOND", second.returncode, err, sep="\\n", flush=True)
filler.unlink()
third = run("--experiments", "9")
out, err = third.communicate(timeout=120)
print("THIRD", third.returncode, err, sep="\\n", flush=True)
subprocess.run(["rm", "-rf", source], check=True)
subprocess.run(["cp", "-a", lab, source], check=True)
"""
ENDLESS = SOLO.replace("budget: {experiments: 4}\n", "")
MINDS = "engine = Scripted({'worker': lambda r: Line(edits=put(r, A=float(number(r))))})"


def on_a_small_disk(lab: TinyLab, place: Path, when: str, spare: int = 0) -> dict[str, str]:
    """What three runs said: as the disk fills up, while it is full, and with room again."""
    path = os.pathsep.join([str(lab.minds_dir), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", INSIDE, place, lab.root, when, str(spare)],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, str] = {}
    for line in done.stdout.splitlines():
        if line in ("FIRST", "SECOND", "THIRD"):
            name = line
            said[name] = ""
        else:
            said[name] += line + "\n"
    return said


def complaint(text: str) -> str:
    """The sentence that the command ended with, if it failed."""
    return text.rpartition("\norgloop: ")[2]


@pytest.mark.parametrize(
    ("when", "spare"), [("run", 0), ("any", 0), ("any", 60_000), ("any", 400_000)]
)
def test_a_disk_that_fills_up_stops_the_run_with_a_sentence_and_loses_nothing(
    tiny: Make, tmp_path: Path, when: str, spare: int
) -> None:
    lab = tiny(MINDS, charter=ENDLESS, program=PROGRAM, task=TASK)
    said = on_a_small_disk(lab, tmp_path / "disk", when, spare)
    for name in ("FIRST", "SECOND", "THIRD"):
        assert "Traceback" not in said[name], said[name]
    if spare <= 60_000:
        assert said["FIRST"].startswith("1\n")
        assert "disk" in complaint(said["FIRST"])
        assert "full" in complaint(said["FIRST"])
    assert said["THIRD"].startswith("0\n")
    all_is_accounted_for(lab, 9)


def test_a_result_has_its_room_on_the_disk_before_the_run_begins(
    tiny: Make, tmp_path: Path
) -> None:
    lab = tiny(MINDS, charter=ENDLESS, program=PROGRAM, task=TASK)
    said = on_a_small_disk(lab, tmp_path / "disk", "lab dies")
    assert said["THIRD"].startswith("0\n")
    all_is_accounted_for(lab, 9)
