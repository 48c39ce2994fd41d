"""Whether the terminal is still there.

One that goes away sends its programs SIGHUP, and they end; but not those that ignore it (`nohup`),
nor those that have no terminal of their own (a container's, some editors'). Reading from it they
would go round and round on a core for ever.
"""

from __future__ import annotations

import os
import select

_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_STDIN = 0


class Line:
    """The line to the person's terminal, as it was when this was made."""

    def __init__(self) -> None:
        self._terminal = os.isatty(_STDIN)

    @property
    def hung_up(self) -> bool:
        """Whether there was a terminal, and it is gone. Looks and does not wait."""
        if not self._terminal:
            return False
        poll = select.poll()
        poll.register(_STDIN, 0)
        return any(event & _GONE for _, event in poll.poll(0))
