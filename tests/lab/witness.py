"""A training program that is heard to begin and to end, and a lab of such programs.

A run can leave nothing outside of its worktree, so it says so over the loopback: that is how a test
knows that no training run was started twice.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from .conftest import SOLO, TASK, TinyLab
from .live import ENDLESS

Run = tuple[str, str, str]
"""Seed, A and B."""


class Witness:
    """Counts the beginnings and the ends that it is told of, by run."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.begun: Counter[Run] = Counter()
        self.ended: Counter[Run] = Counter()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while said := self._socket.recv(1000).decode():
            what, seed, a, b = said.split()
            (self.begun if what == "begin" else self.ended)[seed, a, b] += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()


PROGRAM = """\
import socket, sys, time
A = 0.0


# room between the two lines, so that git can merge them


B = 0.0


def say(word):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(f"{word} {sys.argv[-1]} {A} {B}".encode(), ("127.0.0.1", PORT))


say("begin")
time.sleep(SECONDS)
print(f"score: {A + B}")
say("end")
"""
MINDS = """
def worker(request):
    # One of two places, so that what two of them change at one time can be put together.
    name = "A" if number(request) % 2 else "B"
    return Line(edits=put(request, **{name: float(number(request))}))

engine = Scripted({"worker": worker})
"""


def heard_lab(tiny: Callable[..., TinyLab], witness: Witness, seconds: float = 0.05) -> TinyLab:
    """Two slots; experiments that all improve; ends only when it is told to."""
    program = PROGRAM.replace("PORT", str(witness.port)).replace("SECONDS", str(seconds))
    task = TASK.replace("slots: 1", "slots: 2\nsandbox: {network: true}\nsetup: mkdir -p made")
    charter = ENDLESS.replace("lookahead: 0\n", "lookahead: 2\n")
    assert charter != SOLO
    return tiny(MINDS, charter=charter, program=program, task=task)
