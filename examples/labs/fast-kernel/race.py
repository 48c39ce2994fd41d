"""Times the candidate's kernel and the baseline side by side, on the evaluator's images. Frozen.

Runs in the candidate's sandbox. Each kernel has a process of its own, and the clock is in this one,
which never imports kernel.py. Each pair of images is new to both: the two run right after one
another, in turns the one and the other first. A time begins before the images are there to be read
and ends when the result is there to be read, so that nothing can be done before or after it.

The time is the CPU time that the system has counted for the kernel's process, threads included:
what else the machine is doing does not count, and waiting for it is free. So a kernel may not have
others work for it, and a process that was not there before is refused.

Writes results.npy, (pairs, rows, columns), and seconds.npy, (pairs, 2): baseline, candidate.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

NAMES = ("baseline", "kernel")


def cpu_clock(pid: int) -> int:
    """The clock of a process's CPU time, as clock_getcpuclockid(3) makes it on Linux.

    Elsewhere, for a run by hand, the clock on the wall.
    """
    return (~pid << 3) | 2 if sys.platform == "linux" else time.CLOCK_MONOTONIC


def processes() -> set[str]:
    """Those that run in this box."""
    mine, found = os.readlink("/proc/self/ns/pid"), set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "ns" / "pid") == mine:
                found.add(entry.name)
        except OSError:
            continue  # it has ended, or is none of ours
    return found


class Runner:
    """One kernel in a process of its own."""

    def __init__(self, name: str, folder: Path, pair: np.ndarray, result: np.ndarray) -> None:
        files = [folder / f"{name}-{kind}.npy" for kind in ("images", "result")]
        self._pair, self.result = (
            np.lib.format.open_memmap(file, mode="w+", dtype=like.dtype, shape=like.shape)
            for file, like in zip(files, (pair, result))
        )
        env = {name: value for name, value in os.environ.items() if "ORGLOOP" not in name}
        command = [sys.executable, str(Path(__file__).with_name("worker.py")), name, *map(str, files)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=env
        )
        self._name = name
        self._clock = cpu_clock(self._process.pid)
        self._wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def time(self, pair: np.ndarray) -> float:
        """Seconds from giving it a pair of images to having the result."""
        self.result[:] = 255
        began = time.clock_gettime(self._clock)
        self._pair[:] = pair
        self._process.stdin.write(b"g")
        self._wait()
        return time.clock_gettime(self._clock) - began

    def _wait(self) -> None:
        if len(self._process.stdout.read(1)) != 1:
            raise SystemExit(f"race.py: the {self._name} ended before it had an answer")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def boxed() -> bool:
    """Whether this is the bench, where no process is anybody else's."""
    return "ORGLOOP_SEED" in os.environ and Path("/proc/self/ns/pid").exists()


def race(pairs: np.ndarray, like: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The candidate's results, and how long both took for each pair."""
    results = np.empty((len(pairs) - 1, *like.shape), np.uint8)
    seconds = np.empty((len(pairs) - 1, 2))
    with tempfile.TemporaryDirectory() as name:
        before = processes() if boxed() else set()
        runners = [Runner(kernel, Path(name), pairs[0], like) for kernel in NAMES]
        before |= {str(runner.pid) for runner in runners}
        for runner in runners:
            runner.time(pairs[-1])  # the first call of a process is not like the others
        for i, pair in enumerate(pairs[:-1]):
            for which in (0, 1) if i % 2 else (1, 0):
                seconds[i, which] = runners[which].time(pair)
            results[i] = runners[1].result
            if boxed() and processes() - before:
                raise SystemExit("race.py: the kernel started another process to work for it")
        for runner in runners:
            runner.end()
    return results, seconds


def main() -> None:
    questions, answers = (Path(os.environ[f"ORGLOOP_{part}"]) for part in ("QUESTIONS", "ANSWERS"))
    pairs = np.load(questions / "pairs.npy", allow_pickle=False)
    like = np.load(questions / "like.npy", allow_pickle=False)
    results, seconds = race(pairs, like)
    np.save(answers / "results.npy", results)
    np.save(answers / "seconds.npy", seconds)


if __name__ == "__main__":
    main()
