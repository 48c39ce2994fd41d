"""`orgloop compare`, `tune`, `rehearse` and `export`, as typer sees them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orgloop.cli.arguments import HERE, AsJson, Lab, LabOption, Run


def compare(
    lab: Annotated[
        Path | None, typer.Argument(help="The lab's directory.", show_default="here")
    ] = None,
    *,
    org: Annotated[
        list[str] | None,
        typer.Option(help="An organization: a directory, a template's name, or `.` for the lab's."),
    ] = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option(help="Another lab or a simulated task; `tuning` and `held-out` are several."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each organization on each task.")] = 5,
    experiments: Annotated[int, typer.Option(min=1, help="Budget of each run.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Gives the seeds of the runs.")] = 0,
    verify: Annotated[
        int, typer.Option(min=1, help="Fresh seeds on which each keep is measured again.")
    ] = 3,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Simulated runs at one time.", show_default="as many as CPUs"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare organizations on equal budgets and the same seeds.

    The organization of one, `solo`, is always among them. Each run works on a copy; what has
    finished is not repeated when the same command is given again.
    """
    from orgloop.cli.compare import CompareOptions, compare_command

    options = CompareOptions(
        orgs=tuple(org or ()),
        tasks=tuple(tasks or ()),
        runs=runs,
        experiments=experiments,
        seed=seed,
        verify=verify,
        jobs=jobs,
    )
    sys.exit(compare_command(lab, options, as_json=as_json))


def tune(
    lab: Annotated[
        Path | None, typer.Argument(help="The lab's directory.", show_default="here")
    ] = None,
    *,
    org: Annotated[
        str, typer.Option(help="What is tuned: a directory, a template's name, or the lab's own.")
    ] = ".",
    tasks: Annotated[
        list[str] | None,
        typer.Option(help="A simulated task to tune on.", show_default="tuning, which is several"),
    ] = None,
    budget: Annotated[
        str, typer.Option(help="Amendments to try, such as `40`, or a time, `20min`.")
    ] = "40",
    experiments: Annotated[
        int, typer.Option(min=1, help="Budget of each run of the organization.")
    ] = 24,
    runs: Annotated[
        int, typer.Option(min=1, help="Runs on each held-out task, when it is over.")
    ] = 10,
    confirm: Annotated[
        int, typer.Option(min=0, help="Real runs on the lab's own task, when it is over.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Gives the seeds of the trials.")] = 0,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Runs at one time.", show_default="as many as CPUs"),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="What amends.", show_default="the embedded meta-role"),
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the tuned organization to this directory.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tune the lab's organization on simulated tasks.

    It is a lab of its own whose training code is the organization, and whose training run is a run
    of it. What is kept is then measured on tasks that nothing was tuned on. The same command goes
    on with a tuning that was stopped.
    """
    if model is not None:
        from orgloop.cli.models import require_model

        require_model(model)
    from orgloop.cli.tune import TuneOptions, tune_command

    options = TuneOptions(
        org=org,
        tasks=tuple(tasks or ("tuning",)),
        budget=budget,
        experiments=experiments,
        runs=runs,
        confirm=confirm,
        seed=seed,
        jobs=jobs,
        model=model,
        export=export,
    )
    sys.exit(tune_command(lab, options, as_json=as_json))


def rehearse(
    lab: Lab = HERE,
    *,
    run_id: Run = None,
    org: Annotated[
        str, typer.Option(help="What is tried: a directory, a template's name, or the lab's own.")
    ] = ".",
    runs: Annotated[int, typer.Option(min=1, help="Runs of each organization.")] = 10,
    experiments: Annotated[int, typer.Option(min=1, help="Budget of each run.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Gives the seeds of the runs.")] = 0,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Runs at one time.", show_default="as many as CPUs"),
    ] = None,
    model: Annotated[str, typer.Option(help="What thinks for all roles.")] = "embedded",
    as_json: AsJson = False,
) -> None:
    """Try an edited organization on a recorded run, without training.

    The organization as the run ended under it and the one in the lab's files work on a bench that
    replays the run's measurements, from the same seeds. It takes seconds and is no proof: what it
    can and cannot tell stands below the result.
    """
    if model != "embedded":
        from orgloop.cli.models import require_model

        require_model(model)
    from orgloop.cli.rehearse import RehearseOptions, rehearse_command

    options = RehearseOptions(
        run=run_id,
        org=org,
        experiments=experiments,
        runs=runs,
        seed=seed,
        jobs=jobs,
        model=model,
    )
    sys.exit(rehearse_command(lab, options, as_json=as_json))


def export(
    directory: Annotated[
        Path | None, typer.Argument(help="Where it goes.", show_default="the lab")
    ] = None,
    lab: LabOption = HERE,
    *,
    target: Annotated[str, typer.Option(help="`claude-code`, `opencode` or `codex`.")],
    force: Annotated[bool, typer.Option("--force", help="Write over files.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the lab's roles as agents of a coding agent.

    What a run would tell them (the record, the experiment) is left out, and said how to look up.
    """
    from orgloop.cli.export import export_command

    sys.exit(export_command(lab, target, directory, force=force, as_json=as_json))
