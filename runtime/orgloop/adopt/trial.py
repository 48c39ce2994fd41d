"""One trial of a command: what it printed, what it wrote, and what it opened."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgloop.adopt.checkout import Trying
from orgloop.adopt.sight import Sight, sight
from orgloop.bench import Job, LocalExecutor, Step, StepLimits, StepResult, seed_value
from orgloop.bench.command import fill_in
from orgloop.bench.environment import step_environment
from orgloop.bench.tail import read_log
from orgloop.bench.verdict import crash_of
from orgloop.errors import BenchError

SEED = seed_value(0, 0, "search")
INSIDE = Path(__file__).with_name("inside")
UV = {"UV_NO_SYNC": "1", "UV_OFFLINE": "1"}
"""What makes `uv run` take the environment that is mounted as it is."""
_EVERY = 0.2
_MOST = 2**22


@dataclass(frozen=True, slots=True)
class Trial:
    """A run of the repository's own command."""

    command: str
    result: StepResult
    output: str
    trouble: str
    """Why it failed, in a sentence; empty where it did not."""
    read: frozenset[Path]
    """Files and directories that it opened and that are there, as the box names them."""
    written: frozenset[Path]
    modules: frozenset[Path]
    """Files of Python modules that it imported."""
    made: tuple[str, ...]
    """Files that it left in the clone, relative to the lab: new ones and changed ones."""
    sight: Sight
    beside: tuple[str, ...]
    """Untracked entries that it was shown."""


def environment_for(command: str) -> dict[str, str]:
    """Variables that a task needs in ``env:`` because of how its command is started."""
    return dict(UV) if command.split()[:1] == ["uv"] else {}


async def run_trial(
    trying: Trying,
    command: str,
    *,
    wall: float,
    network: bool,
    show: Callable[[str], None],
) -> Trial:
    """Run ``command`` in the clone, with at most ``wall`` seconds; its output goes to ``show``.

    Untracked entries are shown read-only. One that the run writes to is no data of its own: it is
    taken away, and the run begins again. Raises BenchError where the bench itself fails.
    """
    beside = trying.beside
    while True:
        trial = await _once(trying, command, beside, wall, network, show)
        written = {
            name
            for name in beside
            if any(path.is_relative_to(trying.lab / name) for path in trial.written)
            and name not in trial.sight.environments
        }
        if not trial.trouble or not written:
            return trial
        beside = tuple(name for name in beside if name not in written)
        _clear(trying, written)
        show(f"[it writes to {', '.join(sorted(written))}; again without]\n")


async def _once(
    trying: Trying,
    command: str,
    beside: tuple[str, ...],
    wall: float,
    network: bool,
    show: Callable[[str], None],
) -> Trial:
    folder = trying.scratch / "record"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    record = folder / "opened"
    seen = sight(trying, beside=beside, record=folder, network=network)
    before = _files(trying)
    words = [sys.executable, "-S", "-E", str(INSIDE / "watch.py"), str(record)]
    own = environment_for(command) | {
        "PYTHONPATH": str(INSIDE),
        "ORGLOOP_ADOPT_RECORD": str(record),
        "PYTHONUNBUFFERED": "1",
    }
    step = Step(
        name="run",
        command=shlex.join([*words, fill_in(command, SEED)]),
        cwd=trying.lab,
        env=step_environment(
            path=seen.path, seed=SEED, cpus=1, gpus=seen.box.gpus, folders={}, own=own
        ),
        box=seen.box,
        limits=StepLimits(wall=wall),
    )
    jobs = trying.scratch / "jobs"
    executor = LocalExecutor(jobs)
    job = Job(id="adopt", steps=(step,), worktree=trying.path)
    following = asyncio.create_task(_follow(jobs / "adopt" / "0-run.log", show))
    try:
        done = (await executor.run(job)).steps[-1]
        output = read_log(done.output, _MOST)
    finally:
        await asyncio.sleep(_EVERY)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        executor.forget("adopt")
        await executor.close()
    crash = crash_of(done, output)
    if done.message and crash is None:
        raise BenchError(f"The trial could not be run: {done.message}.")
    opened = _opened(record)
    return Trial(
        command=command,
        result=done,
        output=output,
        trouble="" if crash is None else crash.message,
        read=frozenset(
            path
            for path in opened.get("R", set()) - opened.get("P", set())
            if path.exists() or _in_original(path, trying).exists()
        ),
        written=frozenset(opened.get("W", set())),
        modules=frozenset(opened.get("M", set())),
        made=tuple(
            sorted(name for name, mark in _files(trying).items() if before.get(name) != mark)
        ),
        sight=seen,
        beside=beside,
    )


def _in_original(path: Path, trying: Trying) -> Path:
    """Where a path of the clone lies in the repository: mounts show what is there."""
    if not path.is_relative_to(trying.lab):
        return path
    return trying.place.lab / path.relative_to(trying.lab)


async def _follow(log: Path, show: Callable[[str], None]) -> None:
    place = 0
    while True:
        await asyncio.sleep(_EVERY / 2)
        if not log.is_file():
            continue
        with log.open("rb") as file:
            file.seek(place)
            said = file.read(1 << 16)
        place += len(said)
        if said:
            show(said.decode("utf-8", "replace"))


def _opened(record: Path) -> dict[str, set[Path]]:
    found: dict[str, set[Path]] = {}
    if record.is_file():
        for line in record.read_text("utf-8", "surrogateescape").splitlines():
            letter, _, path = line.partition("\t")
            found.setdefault(letter, set()).add(Path(path))
    return found


def _files(trying: Trying) -> dict[str, tuple[int, int]]:
    """Size and time of every file of the lab in the clone, without what is mounted there."""
    found: dict[str, tuple[int, int]] = {}
    for path in trying.lab.rglob("*"):
        name = path.relative_to(trying.lab).as_posix()
        if name.startswith(".git/") or "__pycache__" in name or name in trying.beside:
            continue
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            found[name] = (status.st_size, status.st_mtime_ns)
    return found


def _clear(trying: Trying, names: set[str]) -> None:
    """Take away the places that were made for mounts."""
    for name in names:
        place = trying.lab / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
