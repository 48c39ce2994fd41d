"""`orgloop run`: shows the run while it goes on, and sums it up when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.cli.display.follow import Follower, Screen
from orgloop.cli.summary import summary_text
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.lab.session import Session, budget_of
from orgloop.lab.summary import RunSummary
from orgloop.telemetry import Telemetry, start_telemetry


def run_command(lab: Path, options: RunOptions, *, new: bool, as_json: bool) -> int:
    """Run the lab; exit status 0 when it ended by itself or was stopped."""
    followers: list[Follower | Telemetry] = []

    said: list[str] = []  # told when the picture is gone from the terminal

    def on_open(session: Session) -> None:
        screen = _screen(session)
        path, run = session.context.ledger.path, session.run.id
        followers.append(Follower(path, run, screen))
        followers.append(start_telemetry(path, run, said.append, trackio=session.options.trackio))

    try:
        summary = run_lab(lab, options, new=new, on_open=on_open)
    finally:
        for follower in followers:
            follower.close()
        for sentence in dict.fromkeys(said):
            print(sentence, file=sys.stderr)
    _print(summary, lab, as_json=as_json)
    return 0


def _screen(session: Session) -> Screen:
    if sys.stderr.isatty():
        from orgloop.cli.display.live import LivePicture

        return LivePicture(budget_of(session.lab, session.options), session.context.task.slots)
    from orgloop.cli.display.lines import Lines

    return Lines()


def _print(summary: RunSummary, lab: Path, *, as_json: bool) -> None:
    if as_json:
        print(summary.model_dump_json())
    else:
        print(summary_text(summary, lab))
