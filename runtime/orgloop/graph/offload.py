"""Keeps git and SQLite off the event loop: a thread for each, and one for what can wait.

A single thread per store also serialises its writes, so neither needs a lock of its own, and calls
keep the order in which they were made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Offload:
    """The lab's worker threads: the ledger's, git's, and one for what can wait."""

    def __init__(self) -> None:
        self._ledger = ThreadPoolExecutor(1, thread_name_prefix="orgloop-ledger")
        self._git = ThreadPoolExecutor(1, thread_name_prefix="orgloop-git")
        self._spare = ThreadPoolExecutor(1, thread_name_prefix="orgloop-spare")

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
