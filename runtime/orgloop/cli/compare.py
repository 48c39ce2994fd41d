"""`orgloop compare`: says what it will cost, carries the trials out, and prints who is ahead."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from orgloop.cli.compare_table import comparison_lines
from orgloop.cli.reading import remark, say
from orgloop.cli.shown import program
from orgloop.errors import UserError
from orgloop.repo.home import make_home
from orgloop.tune.contender import contenders
from orgloop.tune.tasks import TrialTask, find_tasks, lab_task
from orgloop.tune.tournament import Standings, Tournament, already_done, play
from orgloop.tune.trial import VERIFY

EXPERIMENTS = 24
_EVERY = 2.0
"""Seconds between two lines of progress where stderr is no terminal."""


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What a person asks for."""

    orgs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    runs: int = 5
    experiments: int = EXPERIMENTS
    seed: int = 0
    verify: int = VERIFY
    jobs: int | None = None


def compare_command(lab: Path | None, options: CompareOptions, *, as_json: bool) -> int:
    """Compare organizations; exit status 0 also where none is shown to be ahead."""
    tournament, folder = _prepared(lab, options)
    for line in _outlook(tournament, already_done(tournament, folder)):
        remark(line)
    progress = _Progress()
    found = play(tournament, folder, jobs=options.jobs, on_done=progress.done)
    progress.close()
    if found is None:
        remark(f"Stopped. Nothing is lost: the same `{program()} compare` goes on.")
        return 0
    if as_json:
        say(found.model_dump_json())
    else:
        for line in comparison_lines(found):
            say(line)
    return 0


def _prepared(lab: Path | None, options: CompareOptions) -> tuple[Tournament, Path]:
    """What to play, and where its trials lie. Raises UserError and what reading a lab raises."""
    place = lab or Path()
    tasks: tuple[TrialTask, ...] = find_tasks(options.tasks)
    if (lab is not None and (lab / "task.md").is_file()) or not tasks:
        own = lab_task(place)
        tasks = (own, *(one for one in tasks if one.root != own.root))
    orgs = contenders(options.orgs, place)
    if len(orgs) == 1:
        raise UserError(
            f"There is nothing to compare `{orgs[0].name}` with: it is the baseline.",
            hint="Name another organization with --org.",
        )
    for org in orgs:
        for task in tasks:
            org.check(task.task)
    tournament = Tournament(
        orgs=orgs,
        tasks=tasks,
        runs=options.runs,
        experiments=options.experiments,
        seed=options.seed,
        verify=options.verify,
        scaled=len(tasks) > 1,
    )
    if not place.is_dir():
        raise UserError(f"There is no directory {place}.", hint="Name a lab.")
    return tournament, make_home(place.resolve()) / "compare"


def _outlook(tournament: Tournament, done: int) -> list[str]:
    """What is compared and what that costs, in a few lines."""
    names = [one.name for one in tournament.orgs]
    total = len(tournament.trials())
    runs = f"{tournament.runs} runs each" if tournament.runs > 1 else "one run each"
    lines = [
        f"Comparing {' and '.join([', '.join(names[:-1]), names[-1]])}: "
        f"{runs} of {tournament.experiments} experiments on "
        f"{', '.join(one.name for one in tournament.tasks)}."
    ]
    if tournament.reference is not None:
        lines.append("  Optuna alone runs beside them: its progress is the unit.")
    before = f"; {done} were done before" if done else ""
    lines.append(f"  {total} trials{before}")
    real = [one for one in tournament.tasks if not one.simulated]
    if len(real) < len(tournament.tasks):
        which = ", ".join(one.name for one in tournament.tasks if one.simulated)
        lines.append(f"  Simulated, no training run is carried out: {which}.")
    if real:
        each = tournament.runs * (len(tournament.orgs) + (tournament.reference is not None))
        count = each * len(real) * tournament.experiments
        lines.append(
            f"  At least {count} runs on the bench, and each organization's keeps "
            f"{tournament.verify} times more, on fresh seeds."
        )
    return lines


class _Progress:
    """Tells on stderr how far the comparison is."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = time.monotonic()
        self._open = False

    def done(self, at: Standings) -> None:
        """After each trial."""
        text = f"  {at.done} of {at.total} trials"
        if self._terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            remark(text)

    def close(self) -> None:
        """Leave the terminal's line."""
        if self._open:
            print(file=sys.stderr)
