"""`orgloop tune`: tries amendments of an organization, keeps what is shown to be better, and says
what that is worth on tasks that nothing was tuned on."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from orgloop.cli.display.shown_run import shown_run
from orgloop.cli.reading import remark, say
from orgloop.cli.shown import argument, program, shown
from orgloop.cli.trials_progress import TrialsProgress
from orgloop.cli.tune_report import tuning_lines
from orgloop.errors import UserError
from orgloop.lab.summary import RunSummary
from orgloop.repo.home import make_home
from orgloop.tune.contender import OWN, contender
from orgloop.tune.outer.budget import TuneBudget, tune_budget
from orgloop.tune.outer.export import export, require_free
from orgloop.tune.outer.held_out import Verdict
from orgloop.tune.outer.tuning import EXPERIMENTS, Plan, Watch, tune
from orgloop.tune.tasks import find_tasks, lab_task

BUDGET = "40"
RUNS = 10


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """What a person asks for."""

    org: str = OWN
    tasks: tuple[str, ...] = ("tuning",)
    budget: str = BUDGET
    experiments: int = EXPERIMENTS
    runs: int = RUNS
    confirm: int = 0
    seed: int = 0
    jobs: int | None = None
    model: str | None = None
    export: Path | None = None


def tune_command(lab: Path | None, options: TuneOptions, *, as_json: bool) -> int:
    """Tune an organization; exit status 0 also where nothing was gained."""
    budget, place = tune_budget(options.budget), lab or Path()
    if options.export is not None:
        require_free(options.export)
    plan = _plan(place, options, budget)
    folder = make_home(place.resolve()) / "tune"
    remark(
        f"Tuning {plan.start.name}: {budget.text}, judged by runs of {plan.experiments} "
        f"experiments on {', '.join(one.name for one in plan.tasks)} (simulated)."
    )
    progress = TrialsProgress()
    display = contextlib.ExitStack()

    def on_lab(lab: Path) -> None:
        remark(f"  It is a lab of its own: `{program()} watch {argument(lab)}` shows it.")

    def on_run(summary: RunSummary) -> None:
        display.close()  # what is told from here on is not of the lab's run
        if summary.state == "finished":
            remark(f"{summary.experiments} amendments tried, {summary.kept} kept.")

    def on_verdict(verdict: Verdict) -> None:
        progress.close()
        names = " and ".join(one.name for one in verdict.tournament.orgs)
        runs = "1 run" if verdict.runs == 1 else f"{verdict.runs} runs"
        remark(f"Held out, {runs} each of {names}: "
               f"{', '.join(one.name for one in verdict.tasks)}")  # fmt: skip

    try:
        with display:
            watch = Watch(
                on_lab=on_lab,
                on_open=display.enter_context(shown_run()),
                on_run=on_run,
                on_done=progress.done,
                on_verdict=on_verdict,
            )
            found = tune(plan, folder, watch=watch)
    except KeyboardInterrupt:
        found = None  # between trials, or while they go on in other processes
    progress.close()
    if found is None:
        remark(f"Stopped. Nothing is lost: the same `{program()} tune` goes on.")
        return 0
    report, tuned = found
    if as_json:
        say(report.model_dump_json())
    else:
        for line in tuning_lines(report):
            say(line)
    if options.export is not None:
        export(tuned, report, options.export)
        remark(f"Written to {shown(options.export)}: `{program()} fork` and `--org` take it.")
    return 0


def _plan(place: Path, options: TuneOptions, budget: TuneBudget) -> Plan:
    """What to tune, and on what. Raises UserError and what reading a lab raises."""
    if not place.is_dir():
        raise UserError(f"There is no directory {place}.", hint="Name a lab.")
    tasks, held_out = find_tasks(options.tasks), find_tasks(["held-out"])
    for task in tasks:
        if not task.simulated:
            raise UserError(
                f"`{task.name}` is no simulated task, and a search takes hundreds of runs.",
                hint="Real runs confirm the result: --confirm says how many.",
            )
        if task.kind == "held-out":
            raise UserError(
                f"`{task.name}` is held out: what is tuned on it cannot be judged by it.",
                hint="Tune on `tuning`.",
            )
    own = lab_task(place) if options.confirm else None
    start = contender(options.org, place)
    for one in (*tasks, *held_out, *([own] if own else [])):
        start.check(one.task)
    return Plan(
        start=start,
        tasks=tasks,
        held_out=held_out,
        budget=budget,
        own=own,
        experiments=options.experiments,
        seed=options.seed,
        runs=options.runs,
        confirm=options.confirm,
        jobs=options.jobs,
        model=options.model,
    )
