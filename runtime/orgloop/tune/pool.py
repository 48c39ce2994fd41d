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
    """Carries out trials, in as many processes as they are worth.

    Used in a ``with`` statement its processes stay for the next call: their start is most of what
    a few short trials take.
    """

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs if jobs is not None else len(os.sched_getaffinity(0))
        self._stays = False
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        self._stays = True
        return self

    def __exit__(self, *_: object) -> None:
        self._stays = False
        self._close()

    def _close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def run(self, trials: Sequence[Numbered]) -> Iterator[tuple[int, TrialResult | None]]:
        """Each trial's number and result, as they end; None for one that somebody stopped.

        What is abandoned early, by an error or by Ctrl-C, waits for the simulated trials that are
        under way, a few seconds, and begins no more.
        """
        simulated = [one for one in trials if one[1].task.simulated]
        real = [one for one in trials if not one[1].task.simulated]
        jobs = min(self._jobs, len(simulated) // WORTH)
        if jobs > 1 or (self._executor is not None and simulated):
            yield from self._side_by_side(simulated, max(jobs, 1))
        else:
            real = list(trials)
        for number, trial, place in real:
            yield number, run_trial(trial, place)

    def _side_by_side(
        self, trials: Sequence[Numbered], jobs: int
    ) -> Iterator[tuple[int, TrialResult | None]]:
        # Spawned and not forked: a run has threads.
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._jobs if self._stays else jobs,
                get_context("spawn"),
                initializer=_begin_worker,
                initargs=(os.getpid(),),
            )
        executor, ahead = self._executor, 2 * (self._jobs if self._stays else jobs)
        left = list(reversed(trials))
        going: dict[Future[TrialResult | None], int] = {}
        try:
            while left or going:
                while left and len(going) < ahead:
                    number, trial, place = left.pop()
                    going[executor.submit(run_trial, trial, place)] = number
                for done in wait(going, return_when=FIRST_COMPLETED).done:
                    yield going.pop(done), done.result()
        finally:
            if going or not self._stays:
                self._close()


def _begin_worker(parent: int) -> None:
    """Out of reach of the terminal's Ctrl-C, and gone when the parent is.

    A process group of its own, but not a session: Linux schedules by session, and a parent that
    was started with low priority would have workers without it.
    """
    os.setpgid(0, 0)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
