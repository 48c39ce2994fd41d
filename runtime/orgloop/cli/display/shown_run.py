"""A run that is shown on the terminal while it goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from orgloop.cli.display.follow import Follower, Screen
from orgloop.lab.session import Session, budget_of
from orgloop.telemetry import Telemetry, start_telemetry


@contextlib.contextmanager
def shown_run() -> Iterator[Callable[[Session], None]]:
    """Gives what a run tells of its session; until the end, what happens goes to stderr.

    Telemetry, where it is set up, follows the run as well; what it has to say is said at the end,
    when the picture is gone from the terminal.
    """
    followers: list[Follower | Telemetry] = []
    said: list[str] = []

    def on_open(session: Session) -> None:
        path, run = session.context.ledger.path, session.run.id
        followers.append(Follower(path, run, _screen(session)))
        followers.append(start_telemetry(path, run, said.append, trackio=session.options.trackio))

    try:
        yield on_open
    finally:
        for follower in followers:
            follower.close()
        for sentence in dict.fromkeys(said):
            print(sentence, file=sys.stderr)


def _screen(session: Session) -> Screen:
    if sys.stderr.isatty():
        from orgloop.cli.display.live import LivePicture

        return LivePicture(budget_of(session.lab, session.options), session.context.task.slots)
    from orgloop.cli.display.lines import Lines

    return Lines()
