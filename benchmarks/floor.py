"""The floor: the least work that a correct loop of experiments needs, to compare Orgloop with.

    python -m benchmarks.floor --experiments 200
    python -m benchmarks.floor --experiments 40 --slots 4 --sleep 1 --think 1 --ahead

For each experiment a proposal, a file written, the program started as a process of its own, its
score read, one line appended to a journal and synced to disk, and a git commit where the score is
the best so far. No sandbox, no roles, no statistics, no resumption. `--http` lets the proposals
come from a local server, as they would from a model; without it they cost nothing, as those of
the embedded engines. `--ahead` proposes while the slots are busy. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from .simlab import git_environment, program_text, start_repository, with_constant


@dataclass(frozen=True)
class Settings:
    """What is measured. Times are seconds, sizes bytes."""

    experiments: int = 200
    slots: int = 1
    sleep: float = 0.0
    think: float = 0.0
    size: int = 1024
    ahead: bool = False
    http: bool = False
    python: str = sys.executable


@dataclass(frozen=True)
class Floor:
    """What came out. Milliseconds are from the end of one evaluation to the end of the next."""

    ms_per_experiment: float
    ms_first_50: float
    ms_last_50: float
    slot_use: float
    """Time with an evaluation running, over slots x (first start to last end)."""
    kept: int
    wall_s: float
    cpu_s: float
    """Of this process and all that it started."""


@dataclass
class _Record:
    """What the slots share, and the lock that is held for all of it."""

    repo: Path
    journal: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    best: float = float("-inf")
    kept: int = 0
    spans: list[tuple[float, float]] = field(default_factory=list)

    def add(self, number: int, program: str, score: float, span: tuple[float, float]) -> None:
        with self.lock:
            keep = score > self.best
            line = json.dumps({"id": number, "score": score, "keep": keep}) + "\n"
            os.write(self.journal, line.encode())
            os.fsync(self.journal)
            if keep:
                self.best = score
                self.kept += 1
                (self.repo / "program.py").write_text(program, encoding="utf-8")
                subprocess.run(
                    ["git", "commit", "-qam", f"{number}: {score}"],
                    cwd=self.repo, check=True, env=git_environment(),
                )  # fmt: skip
            self.spans.append(span)


class _Mock(BaseHTTPRequestHandler):
    """Answers as a chat model would, with the whole program and another constant in it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    think = 0.0

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.think)
        program = _edit(asked["messages"][0]["content"])
        body = json.dumps({"choices": [{"message": {"content": program}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_DRAW = random.Random(1)


def _edit(program: str) -> str:
    return with_constant(program, _DRAW.uniform(1, 9))


@contextmanager
def _server(settings: Settings) -> Iterator[int | None]:
    """The mock's port, or None where proposals need no server."""
    if not settings.http:
        yield None
        return
    handler = type("Handler", (_Mock,), {"think": settings.think})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Proposer:
    """Where the next program comes from; one for each thread that asks."""

    def __init__(self, program: str, think: float, port: int | None) -> None:
        self._program = program
        self._think = think
        self._server = None if port is None else http.client.HTTPConnection("127.0.0.1", port)

    def next(self) -> str:
        if self._server is None:
            time.sleep(self._think)
            return _edit(self._program)
        body = {"model": "m", "messages": [{"role": "user", "content": self._program}]}
        self._server.request("POST", "/v1/chat/completions", json.dumps(body))
        answer = json.loads(self._server.getresponse().read())
        content: str = answer["choices"][0]["message"]["content"]
        return content


def _evaluate(python: str, path: Path, program: str) -> tuple[float, tuple[float, float]]:
    path.write_text(program, encoding="utf-8")
    started = time.perf_counter()
    done = subprocess.run(
        [python, "-S", "-E", str(path), "--seed", "1"], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split("score: ")[1]), (started, time.perf_counter())


def measure(settings: Settings, folder: Path) -> Floor:
    """Run the loop once in ``folder``, which must be empty."""
    started, cpu = time.perf_counter(), _cpu_seconds()
    _DRAW.seed(1)
    program = program_text(settings.sleep, settings.size)
    repo = folder / "repo"
    repo.mkdir()
    (repo / "program.py").write_text(program, encoding="utf-8")
    start_repository(repo)
    record = _Record(
        repo, os.open(folder / "journal.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    )
    numbers = iter(range(settings.experiments))
    waiting: queue.Queue[tuple[int, str]] = queue.Queue(maxsize=settings.slots)

    def take() -> int | None:
        with record.lock:
            return next(numbers, None)

    def propose_ahead(port: int | None) -> None:
        proposer = _Proposer(program, settings.think, port)
        while (number := take()) is not None:
            waiting.put((number, proposer.next()))

    def fill(slot: int, port: int | None) -> None:
        path = folder / f"slot{slot}.py"
        proposer = _Proposer(program, settings.think, port)
        while True:
            if settings.ahead:
                number, proposal = waiting.get()
                if number < 0:
                    return
            elif (taken := take()) is None:
                return
            else:
                number, proposal = taken, proposer.next()
            record.add(number, proposal, *_evaluate(settings.python, path, proposal))

    with _server(settings) as port:
        slots = [threading.Thread(target=fill, args=(i, port)) for i in range(settings.slots)]
        ahead = [
            threading.Thread(target=propose_ahead, args=(port,))
            for _ in range(settings.slots if settings.ahead else 0)
        ]
        for thread in (*ahead, *slots):
            thread.start()
        for thread in ahead:
            thread.join()
        for _ in ahead:
            waiting.put((-1, ""))
        for thread in slots:
            thread.join()
    os.close(record.journal)
    return _summary(record, settings, time.perf_counter() - started, _cpu_seconds() - cpu)


def _summary(record: _Record, settings: Settings, wall: float, cpu: float) -> Floor:
    if len(record.spans) != settings.experiments:
        raise SystemExit(f"{settings.experiments - len(record.spans)} evaluations failed")
    ends = sorted(end for _, end in record.spans)
    gaps = [(after - before) * 1000 for before, after in pairwise(ends)]
    span = ends[-1] - min(start for start, _ in record.spans)
    busy = sum(end - start for start, end in record.spans)
    return Floor(
        ms_per_experiment=round(_mean(gaps), 2),
        ms_first_50=round(_mean(gaps[:50]), 2),
        ms_last_50=round(_mean(gaps[-50:]), 2),
        slot_use=round(busy / (settings.slots * span), 4),
        kept=record.kept,
        wall_s=round(wall, 3),
        cpu_s=round(cpu, 3),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the least work of a correct loop.")
    parser.add_argument("--experiments", type=int, default=Settings.experiments)
    parser.add_argument("--slots", type=int, default=Settings.slots)
    parser.add_argument("--sleep", type=float, default=0.0, help="seconds that an evaluation takes")
    parser.add_argument("--think", type=float, default=0.0, help="seconds that a proposal takes")
    parser.add_argument("--size", type=int, default=Settings.size, help="bytes of the program")
    parser.add_argument("--ahead", action="store_true", help="propose while the slots are busy")
    parser.add_argument("--http", action="store_true", help="proposals come from a local server")
    parser.add_argument("--python", default=sys.executable, help="what runs the program")
    settings = Settings(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="orgloop-floor-") as folder:
        print(json.dumps({**asdict(settings), **asdict(measure(settings, Path(folder)))}))


if __name__ == "__main__":
    main()
