"""Keeps git and SQLite off the event loop: a thread for each, and one for what can wait.

A single thread per store also serialises its writes, so neither needs a lock of its own, and calls
keep the order in which they were made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Inline(ThreadPoolExecutor):
    """Carries out what it is given at once, on the thread that gives it.

    For a lab whose bench takes no time: nothing is gained by not waiting, and handing each call to
    a thread costs more than the call.
    """

    def __init__(self) -> None:
        super().__init__(1)  # whose thread is never started

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call it; the future is done."""
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever waits is told, as by any executor
            done.set_exception(error)
        return done


class Offload:
    """The lab's worker threads: the ledger's, git's, and one for what can wait."""

    def __init__(self, *, inline: bool = False) -> None:
        """``inline`` has everything done on the caller's own thread."""
        self._ledger = Inline() if inline else ThreadPoolExecutor(1, "orgloop-ledger")
        self._git = Inline() if inline else ThreadPoolExecutor(1, "orgloop-git")
        self._spare = Inline() if inline else ThreadPoolExecutor(1, "orgloop-spare")

    async def ledger(self, call: Callable[[], T]) -> T:
        """Run on the ledger's thread; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._ledger, call)

    async def git(self, call: Callable[[], T]) -> T:
        """Run on git's thread; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._git, call)

    def background(self, call: Callable[[], object]) -> None:
        """Run when there is time, one after another; what it raises is left to the next use."""
        self._spare.submit(call)

    def close(self) -> None:
        """Wait for what is under way, then end the threads."""
        self._spare.shutdown(wait=True)
        self._git.shutdown(wait=True)
        self._ledger.shutdown(wait=True)
