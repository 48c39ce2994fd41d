"""Where the walks are: before the bench, at it, or past it. The scheduler admits by this."""

from __future__ import annotations

import time
from collections.abc import Callable


def _ignore(_: float) -> None:
    """Nobody listens."""


def _nothing() -> None:
    """Nobody listens."""


class Traffic:
    """Counts walks by place, and tells whoever listens when one moves."""

    def __init__(self) -> None:
        self._upstream: dict[str, float] = {}
        self._at_bench: dict[str, float] = {}
        self.on_thought: Callable[[float], None] = _ignore
        """Called with the seconds from a walk's start to its arrival at the bench."""
        self._past: dict[str, float] = {}
        self._parked: dict[str, tuple[bool, float]] = {}
        self._slot_s: dict[str, float] = {}
        self.on_concluded: Callable[[float], None] = _ignore
        """Called with the seconds from a walk's last leaving of the bench to its end."""
        self.on_benched: Callable[[float], None] = _ignore
        """Called when a walk ends, with the seconds that it held slots, if it held any."""
        self.on_move: Callable[[], None] = _nothing
        """Called after any change."""

    def begin(self, experiment: str) -> None:
        """A walk starts, or is taken up again where it was parked."""
        upstream, seconds = self._parked.pop(experiment, (True, 0.0))
        place = self._upstream if upstream else self._past
        place[experiment] = time.monotonic() - seconds
        self.on_move()

    def park(self, experiment: str) -> None:
        """A walk waits for a person: it is nowhere meanwhile, and the time counts for nothing."""
        now, upstream = time.monotonic(), experiment in self._upstream
        since = (self._upstream if upstream else self._past).pop(experiment, now)
        self._at_bench.pop(experiment, None)
        self._parked[experiment] = (upstream, now - since)
        self.on_move()

    def arrive(self, experiment: str) -> None:
        """A walk comes to the bench."""
        since = self._upstream.pop(experiment, None)
        now = time.monotonic()
        if since is not None:
            self.on_thought(now - since)
        self._past.pop(experiment, None)
        self._at_bench[experiment] = now
        self.on_move()

    def leave(self, experiment: str) -> None:
        """A walk leaves the bench, for the roles behind it or for good."""
        self._at_bench.pop(experiment, None)
        self._past[experiment] = time.monotonic()
        self.on_move()

    def may_be_measured(self, experiment: str) -> bool:
        """Whether a walk is in front of the bench or at it, also where it waits for a person."""
        upstream, _ = self._parked.get(experiment, (False, 0.0))
        return upstream or experiment in self._upstream or experiment in self._at_bench

    def held_slot(self, experiment: str, seconds: float) -> None:
        """A walk has held a slot for so long."""
        self._slot_s[experiment] = self._slot_s.get(experiment, 0.0) + seconds

    def forget(self, experiment: str) -> None:
        """What was measured of it was for a person, and tells nothing of what walks take."""
        self._slot_s.pop(experiment, None)

    def end(self, experiment: str) -> None:
        """A walk is over, or set down; nothing happens to one that is parked."""
        if experiment in self._parked:
            return
        self._upstream.pop(experiment, None)
        self._at_bench.pop(experiment, None)
        left = self._past.pop(experiment, None)
        if left is not None:
            self.on_concluded(time.monotonic() - left)
        if slot_s := self._slot_s.pop(experiment, 0.0):
            self.on_benched(slot_s)
        self.on_move()

    @property
    def upstream(self) -> int:
        """Walks in front of the bench."""
        return len(self._upstream)

    @property
    def at_bench(self) -> int:
        """Walks that wait for a slot or hold one."""
        return len(self._at_bench)

    @property
    def past_bench(self) -> int:
        """Walks that the roles behind the bench are thinking about."""
        return len(self._past)

    @property
    def parked(self) -> int:
        """Walks that wait for a person."""
        return len(self._parked)

    @property
    def only_parked(self) -> bool:
        """Whether there is nothing but walks that wait for a person."""
        return bool(self._parked) and not (self._upstream or self._at_bench or self._past)

    def mean_wait(self) -> float:
        """Mean seconds that the walks in front of the bench have been there."""
        if not self._upstream:
            return 0.0
        now = time.monotonic()
        return sum(now - since for since in self._upstream.values()) / len(self._upstream)
