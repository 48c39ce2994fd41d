"""Who decides what the model says: a function, or a list of replies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from orgloop.testing.api.exchange import Asked, Fault, Reply

Script = Callable[[Asked], Reply] | Sequence[Reply]
"""A list is taken in turn, whoever asks; the request after the last is answered by an error."""

OVER = Reply(fault=Fault("bad-request", "The script of this test is over."))


def as_function(script: Script) -> Callable[[Asked], Reply]:
    """The script as a function; safe to call from several threads."""
    if callable(script):
        return script
    replies, lock = iter(tuple(script)), threading.Lock()

    def reply(_: Asked) -> Reply:
        with lock:
            return next(replies, OVER)

    return reply


def conversation(*replies: Reply, aside: Reply | None = None) -> Callable[[Asked], Reply]:
    """Replies by the turn of each conversation: any number of them may go on at a time.

    A coding agent also asks for titles and summaries, without offering tools: ``aside`` answers
    those where the conversation itself has tools.
    """

    def reply(asked: Asked) -> Reply:
        if aside is not None and not asked.tools:
            return aside
        return replies[asked.turn] if asked.turn < len(replies) else OVER

    return reply
