"""`orgloop rehearse`: an edited organization, tried on what a run has recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orgloop.cli.compare_table import comparison_lines
from orgloop.cli.reading import NOT_YET, open_ledger, pick_run, remark, say
from orgloop.cli.shown import program
from orgloop.cli.trials_progress import TrialsProgress
from orgloop.errors import UserError
from orgloop.repo.home import make_home
from orgloop.tune.contender import OWN
from orgloop.tune.rehearsal.rehearse import EXPERIMENTS, RUNS, Rehearsal, Rehearsed, prepare


@dataclass(frozen=True, slots=True)
class RehearseOptions:
    """What a person asks for."""

    run: str | None = None
    org: str = OWN
    experiments: int = EXPERIMENTS
    runs: int = RUNS
    seed: int = 0
    jobs: int | None = None
    model: str = "embedded"


def rehearse_command(lab: Path, options: RehearseOptions, *, as_json: bool) -> int:
    """Rehearse; exit status 0 also where nothing is shown."""
    ledger = open_ledger(lab)
    if ledger is None:
        raise UserError(NOT_YET, hint="A rehearsal replays what a run has recorded.")
    with ledger:
        run = pick_run(ledger, options.run)
    if run is None:
        raise UserError(NOT_YET, hint="A rehearsal replays what a run has recorded.")
    rehearsal = prepare(
        lab,
        run,
        make_home(lab.resolve()) / "rehearse",
        org=options.org,
        experiments=options.experiments,
        runs=options.runs,
        seed=options.seed,
        model=options.model,
    )
    remark(_outlook(rehearsal))
    progress = TrialsProgress()
    found = rehearsal.carry_out(jobs=options.jobs, on_done=progress.done)
    progress.close()
    if found is None:
        remark(f"Stopped. Nothing is lost: the same `{program()} rehearse` goes on.")
        return 0
    if as_json:
        say(found.model_dump_json())
    else:
        for line in (*comparison_lines(found.comparison), "", *_worth(found)):
            say(line)
    return 0


def _outlook(rehearsal: Rehearsal) -> str:
    tournament = rehearsal.tournament
    names = [one.name for one in tournament.orgs]
    return (
        f"Rehearsing {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} on what "
        f"{rehearsal.recording.run} recorded: {len(tournament.trials())} runs of "
        f"{tournament.experiments} experiments, and no training."
    )


def _worth(found: Rehearsed) -> list[str]:
    """What the replayed bench knows, and what it cannot."""
    run = found.run
    lines = [
        f"{run} is the organization as that run ended under it. The bench is a surface fitted to "
        f"{found.settings} settings that it measured:",
        f"from all others it foretells one to ± {found.error:.2g}, where they differ by "
        f"{found.spread:.2g}.",
    ]
    if found.blind:
        lines.append(
            "That is hardly better than their mean: what is said above of who is ahead is worth "
            "nothing. Let the run go on."
        )
    if found.other_code:
        changed = "1 experiment" if found.other_code == 1 else f"{found.other_code} experiments"
        lines.append(f"{changed} changed other code than constants and are left out.")
    lines.append(
        "It shows how the organization chooses, checks and measures. It does not show what a "
        "change of code would bring, what lies far from what was tried, or how a model reads a "
        "brief."
    )
    return lines
