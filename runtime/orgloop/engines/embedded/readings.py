"""The latest few readings of the evidence, kept for the colleague who asks next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Readings(Generic[T]):
    """A small cache that several threads may use; the oldest reading goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> T | None:
        """The reading made from ``key``, or None; raises TypeError where it cannot be hashed."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: object, reading: T) -> None:
        """Remember a reading."""
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
