"""Trials side by side: simulated ones in processes of their own, real ones one after another."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from orgloop.tune.result import TrialResult
from orgloop.tune.trial import Trial, run_trial

WORTH = 4
"""Trials for each process below which its start, some seconds of imports, is not worth it."""
_LOOK = 0.5
"""Seconds between two looks of a worker at whether its parent is still there."""

Numbered = tuple[int, Trial, Path]


class Pool:
    """Carries out trials, in as many processes as they are worth."""

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs if jobs is not None else len(os.sched_getaffinity(0))

    def run(self, trials: Sequence[Numbered]) -> Iterator[tuple[int, TrialResult | None]]:
        """Each trial's number and result, as they end; None for one that somebody stopped.

        What is abandoned early, by an error or by Ctrl-C, waits for the simulated trials that are
        under way, a few seconds, and begins no more.
        """
        simulated = [one for one in trials if one[1].task.simulated]
        real = [one for one in trials if not one[1].task.simulated]
        jobs = min(self._jobs, len(simulated) // WORTH)
        if jobs > 1:
            yield from self._side_by_side(simulated, jobs)
        else:
            real = list(trials)
        for number, trial, place in real:
            yield number, run_trial(trial, place)

    def _side_by_side(
        self, trials: Sequence[Numbered], jobs: int
    ) -> Iterator[tuple[int, TrialResult | None]]:
        # Spawned and not forked: a run has threads.
        executor = ProcessPoolExecutor(
            jobs, get_context("spawn"), initializer=_begin_worker, initargs=(os.getpid(),)
        )
        left = list(reversed(trials))
        going: dict[Future[TrialResult | None], int] = {}
        try:
            while left or going:
                while left and len(going) < 2 * jobs:
                    number, trial, place = left.pop()
                    going[executor.submit(run_trial, trial, place)] = number
                for done in wait(going, return_when=FIRST_COMPLETED).done:
                    yield going.pop(done), done.result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _begin_worker(parent: int) -> None:
    """Out of reach of the terminal's Ctrl-C, and gone when the parent is."""
    os.setsid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
