"""`orgloop run`: shows the run while it goes on, and sums it up when it ends."""

from __future__ import annotations

from pathlib import Path

from orgloop.cli.display.shown_run import shown_run
from orgloop.cli.summary import summary_text
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab


def run_command(lab: Path, options: RunOptions, *, new: bool, as_json: bool) -> int:
    """Run the lab; exit status 0 when it ended by itself or was stopped."""
    with shown_run() as on_open:
        summary = run_lab(lab, options, new=new, on_open=on_open)
    print(summary.model_dump_json() if as_json else summary_text(summary, lab))
    return 0
