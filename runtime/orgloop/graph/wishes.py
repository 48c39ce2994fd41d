"""Measurements that a person wants of an experiment beyond those that the referee asks for."""

from __future__ import annotations


class Wishes:
    """What is still to be measured, by experiment. Lost with the process, and then asked again."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def add(self, experiment: str, times: int) -> None:
        """So many more, before it leaves the bench."""
        self._left[experiment] = self._left.get(experiment, 0) + times

    def left(self, experiment: str) -> int:
        """How many are to be made still."""
        return self._left.get(experiment, 0)

    def made(self, experiment: str) -> None:
        """One was made."""
        self._left[experiment] = max(0, self.left(experiment) - 1)

    def forget(self, experiment: str) -> None:
        """It has ended, or nobody wants more."""
        self._left.pop(experiment, None)
