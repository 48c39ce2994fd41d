"""How many walks to keep in flight, so that the bench never waits and no proposal is stale early.

By Little's law (J. D. C. Little, 1961) a stage of latency L that passes one item every E/K seconds
holds L * K / E of them. The bench has K slots and holds one for E seconds of each walk, so the
roles in front of it hold K * R / E walks, where R is what they take; together K * (1 + R/E). A walk
more than that only waits, and was proposed with less known than it could have been.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

NEGLIGIBLE = 0.05
"""Roles quicker than this share of a bench run are not worth proposing ahead of the results."""
VARIES = 0.5
"""From this share on, one walk more than the mean latency asks for."""
CEILING = 64
LOCAL_CEILING = 2
"""Most walks in flight up to and on the bench, in multiples of the slots."""


class Mean:
    """A mean that forgets: its last few dozen values count, so that it follows a change."""

    def __init__(self, memory: int = 32) -> None:
        self._memory = memory
        self._count = 0
        self.value = 0.0

    def add(self, value: float) -> None:
        """Take in one more value."""
        self._count = min(self._count + 1, self._memory)
        self.value += (value - self.value) / self._count

    def __bool__(self) -> bool:
        return self._count > 0


@dataclass(frozen=True, slots=True)
class Load:
    """What is in flight at this moment."""

    upstream: int
    """Walks that the roles before the bench are thinking about."""
    mean_wait_s: float
    """Mean seconds since those began: the latency is at least that, before any has arrived."""
    at_bench: int
    """Walks that wait for a slot or hold one."""
    past_bench: int = 0
    """Walks that the roles behind the bench are thinking about."""


class Admission:
    """Says how many more walks to begin, from latencies measured as the run goes."""

    def __init__(self, slots: int, lookahead: int | None = None, *, local: bool = False) -> None:
        """``lookahead`` fixes what is otherwise measured; ``local`` says that roles think here.

        Engines that wait for a model far away do so side by side. Those that compute in this
        process take turns, and more of them in flight only make each other slower.
        """
        self._slots = slots
        self.lookahead = lookahead
        """Walks in flight beyond the slots; None leaves it to what is measured."""
        self._ceiling = LOCAL_CEILING * slots if local else CEILING * slots
        self.thinking = Mean()
        """Seconds from a walk's first node to its arrival at the bench."""
        self.concluding = Mean()
        """Seconds from a walk's last leaving of the bench to its end."""
        self.benching = Mean()
        """Seconds of slot time that one walk takes, all its measurements together."""

    def wanted(self, load: Load) -> int:
        """How many walks to begin now.

        Walks past the bench do not count, since they take no slot any more; but where roles are
        quick, and where a charter fixes the look-ahead, the next proposal waits for their verdict.
        """
        in_flight = load.upstream + load.at_bench
        slow = max(self._ratio(load), self._share(self.concluding.value))
        if self.lookahead is not None or slow < NEGLIGIBLE:
            in_flight += load.past_bench
        return max(0, self.target(load) - in_flight)

    def target(self, load: Load) -> int:
        """Walks to have in flight up to and on the bench."""
        if self.lookahead is not None:
            return self._slots + self.lookahead
        ratio = self._ratio(load)
        if ratio < NEGLIGIBLE:
            return self._slots
        # Where roles are slow their latencies vary, and an empty queue idles a slot: one to spare.
        spare = 1 if ratio >= VARIES else 0
        return min(math.ceil(self._slots * (1 + ratio)) + spare, self._ceiling)

    def _ratio(self, load: Load) -> float:
        """R/E: what the roles before the bench take, as a share of what the bench does."""
        return self._share(max(self.thinking.value, load.mean_wait_s if load.upstream else 0.0))

    def _share(self, seconds: float) -> float:
        """``seconds`` over a walk's slot time; 0 while that is not known."""
        benching = self.benching.value
        return seconds / benching if benching > 0 else 0.0
