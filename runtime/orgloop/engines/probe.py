"""Engines that can be tried out: what a preflight asks before a run does.

An engine may have a method ``probe()`` beside :class:`~orgloop.engines.protocol.Engine`'s parts. It
sends what it stands on one request, as small as it can be, and says in a sentence what answered.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Checkable(Protocol):
    """An engine that can try what it stands on."""

    async def probe(self) -> str:
        """What answered, in a sentence; raises :class:`~orgloop.errors.EngineError` where it fails.

        It may cost a few tokens and must not take longer than a minute.
        """
        ...
