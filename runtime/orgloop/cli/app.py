"""The commands and their options. Each imports what it needs when it is called.

Importing this module costs typer and nothing else, so that `orgloop --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orgloop import __version__
from orgloop.cli.arguments import HERE, AsJson, Lab, LabOption, Run
from orgloop.cli.beginning import adopt, fork, templates
from orgloop.cli.generations.commands import org as org_app
from orgloop.cli.organizations import compare, export, rehearse, tune
from orgloop.cli.steering import again, budget, overrule, stop, veto

app = typer.Typer(
    help="A research organization written in Markdown, run as a state machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)

app.add_typer(org_app, name="org", rich_help_panel="Steer")


def _version(asked: bool) -> None:
    if asked:
        print(f"orgloop {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A research organization written in Markdown, run as a state machine."""


@app.command(rich_help_panel="Work")
def run(
    lab: Lab = HERE,
    *,
    new: Annotated[bool, typer.Option("--new", help="Begin another run from HEAD.")] = False,
    org: Annotated[
        str | None, typer.Option(help="Another organization: a directory, or a template's name.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="What thinks for all roles: `embedded`, `human`, `python:module:object`."
        ),
    ] = None,
    slots: Annotated[int | None, typer.Option(min=1, help="Runs on the bench at one time.")] = None,
    experiments: Annotated[
        int | None, typer.Option(min=1, help="Budget of the whole run, in experiments.")
    ] = None,
    hours: Annotated[float | None, typer.Option(help="Budget of the whole run, in hours.")] = None,
    tokens: Annotated[
        int | None, typer.Option(min=1, help="Budget of the whole run, in tokens.")
    ] = None,
    usd: Annotated[float | None, typer.Option(help="Budget of the whole run, in dollars.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of a new run.")] = None,
    trackio: Annotated[
        str | None, typer.Option(help="Log metrics to this trackio project.")
    ] = None,
    executor: Annotated[
        str | None, typer.Option(help="Where measurements run: `local`, `slurm`, `ray`.")
    ] = None,
    tui: Annotated[
        bool, typer.Option("--tui", help="Watch it in the terminal interface (see `watch`).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the lab, or go on with its latest run.

    Ctrl-C stops it when what is on the bench has finished, a second one at once; the same command
    goes on from there. Options hold for the rest of the run.
    """
    if tui:
        from orgloop.cli.watching.together import run_and_watch

        sys.exit(run_and_watch(lab, [word for word in sys.argv[1:] if word != "--tui"]))
    if model is not None:
        from orgloop.cli.models import require_model

        require_model(model)
    from orgloop.cli.run import run_command
    from orgloop.lab.options import options_from

    options = options_from(
        org=org,
        model=model,
        slots=slots,
        experiments=experiments,
        hours=hours,
        tokens=tokens,
        usd=usd,
        seed=seed,
        trackio=trackio,
        executor=executor,
    )
    sys.exit(run_command(lab, options, new=new, as_json=as_json))


@app.command(rich_help_panel="Work")
def check(lab: Lab = HERE, *, as_json: AsJson = False) -> None:
    """List everything that is wrong with the lab's files."""
    from orgloop.cli.check import check_command

    sys.exit(check_command(lab, as_json))


@app.command(rich_help_panel="Work")
def doctor(
    lab: Lab = HERE,
    *,
    as_json: AsJson = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no model.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Do not run the baseline.")] = False,
    model: Annotated[
        str | None, typer.Option(help="As `run --model`: what would think for all roles.")
    ] = None,
    usd: Annotated[float | None, typer.Option(help="As `run --usd`: a budget of dollars.")] = None,
    executor: Annotated[
        str | None, typer.Option(help="As `run --executor`: where measurements would run.")
    ] = None,
) -> None:
    """See what a run would need and may cost, before it begins.

    Which engine each role gets and whether it answers, the sandbox, git, the run and evaluate
    commands. Nothing of the lab is changed.
    """
    from orgloop.cli.doctor import doctor_command
    from orgloop.lab.options import options_from

    options = options_from(model=model, usd=usd, executor=executor)
    sys.exit(doctor_command(lab, options, as_json=as_json, offline=offline, quick=quick))


@app.command(rich_help_panel="Work")
def graph(lab: Lab = HERE, *, as_json: AsJson = False) -> None:
    """Print the org chart, as Mermaid and as a drawing."""
    from orgloop.cli.graph import graph_command

    sys.exit(graph_command(lab, as_json))


@app.command(rich_help_panel="Work")
def watch(
    lab: Lab = HERE,
    *,
    run_id: Run = None,
    once: Annotated[bool, typer.Option("--once", help="Print one look as text.")] = False,
    as_json: AsJson = False,
    web: Annotated[bool, typer.Option("--web", help="In a browser on this machine.")] = False,
    port: Annotated[
        int | None, typer.Option(min=1024, max=65535, help="For --web.", show_default="8117")
    ] = None,
) -> None:
    """Watch a run, and steer it.

    It reads the ledger: the run goes on in its own process, or is over. Closing it changes nothing.
    """
    from orgloop.cli.watch import watch_command

    sys.exit(watch_command(lab, run=run_id, once=once, as_json=as_json, web=web, port=port))


@app.command(rich_help_panel="Results")
def log(
    lab: Lab = HERE,
    *,
    as_json: AsJson = False,
    as_tsv: Annotated[bool, typer.Option("--tsv", help="As autoresearch's results.tsv.")] = False,
    run_id: Run = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the latest so many.")] = None,
    org: Annotated[bool, typer.Option("--org", help="The generations, as `org log`.")] = False,
) -> None:
    """List the experiments and what became of them."""
    if org:
        from orgloop.cli.generations.listing import log_command as generations_command

        sys.exit(generations_command(lab, run=run_id, as_json=as_json))
    from orgloop.cli.log import log_command

    sys.exit(log_command(lab, as_json=as_json, as_tsv=as_tsv, run=run_id, limit=limit))


@app.command(rich_help_panel="Results")
def show(
    experiment: Annotated[str, typer.Argument(help="An experiment's id, or its commit.")],
    lab: LabOption = HERE,
    *,
    as_json: AsJson = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only the change.")] = False,
    output: Annotated[bool, typer.Option("--log", help="Only the last run's output.")] = False,
    run_id: Run = None,
) -> None:
    """Show an experiment's case file."""
    from orgloop.cli.differ import differ
    from orgloop.cli.show import show_command

    sys.exit(
        show_command(
            lab,
            experiment,
            as_json=as_json,
            diff=diff,
            log=output,
            run=run_id,
            differ=differ(lab),
        )
    )


@app.command(rich_help_panel="Results")
def report(
    lab: Lab = HERE,
    *,
    run_id: Run = None,
    as_json: AsJson = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Say what a run achieved for what it cost."""
    from orgloop.cli.report import report_command

    sys.exit(report_command(lab, run=run_id, as_json=as_json, output=output))


@app.command(rich_help_panel="Results")
def audit(
    lab: Lab = HERE,
    *,
    run_id: Run = None,
    runs: Annotated[
        int | None,
        typer.Option(min=2, help="Runs of each commit.", show_default="by the run's noise"),
    ] = None,
    near: Annotated[int, typer.Option(min=0, help="Near misses to try again, at most.")] = 3,
    slots: Annotated[int | None, typer.Option(min=1, help="Runs on the bench at one time.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Another audit, on other seeds.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it costs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure a result again on fresh seeds: does it hold?

    Best against baseline, each kept commit taken out of the best, near misses on top of it. An
    audit that was stopped goes on with the same command.
    """
    from orgloop.audit.run import AuditOptions
    from orgloop.cli.audit import audit_command

    options = AuditOptions(run=run_id, runs=runs, near=near, slots=slots, new=new)
    sys.exit(audit_command(lab, options, dry_run=dry_run, as_json=as_json))


@app.command(rich_help_panel="Results")
def apply(
    lab: Lab = HERE,
    *,
    run_id: Run = None,
    branch: Annotated[
        str | None, typer.Option(help="Make this branch, and leave the checkout alone.")
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option("--with", help="A keep that did not survive, too.")
    ] = None,
    unaudited: Annotated[
        bool, typer.Option("--unaudited", help="Everything kept, without an audit.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the commits.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put what survived the audit on your branch.

    One commit for each kept experiment, or nothing at all where one cannot be put there.
    """
    from orgloop.audit.apply import ApplyOptions
    from orgloop.cli.apply import apply_command

    options = ApplyOptions(run=run_id, branch=branch, also=tuple(also or ()), unaudited=unaudited)
    sys.exit(apply_command(lab, options, dry_run=dry_run, as_json=as_json))


app.command(rich_help_panel="Start")(templates)
app.command(rich_help_panel="Start")(fork)
app.command(rich_help_panel="Start")(adopt)
app.command(rich_help_panel="Organizations")(compare)
app.command(rich_help_panel="Organizations")(tune)
app.command(rich_help_panel="Organizations")(rehearse)
app.command(rich_help_panel="Organizations")(export)


@app.command(rich_help_panel="Steer")
def tell(
    text: Annotated[str | None, typer.Argument(help="What to say.", show_default=False)] = None,
    lab: LabOption = HERE,
    *,
    role: Annotated[str | None, typer.Option(help="Only to this role.")] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="What was told, and who has read it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say something to the roles, for their next brief."""
    from orgloop.cli.tell import list_command, tell_command

    sys.exit(list_command(lab, as_json) if listed else tell_command(lab, text, role, as_json))


@app.command(rich_help_panel="Steer")
def answer(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|LAB]",
            help="A question (`q3`), or the experiment that asks.",
            show_default="list what waits",
        ),
    ] = None,
    lab: LabOption = HERE,
    *,
    decision: Annotated[str | None, typer.Option(help="One that the question offers.")] = None,
    note: Annotated[str | None, typer.Option(help="Markdown; `-` reads it from stdin.")] = None,
    title: Annotated[str | None, typer.Option(help="The hypothesis in a line.")] = None,
    patch: Annotated[
        Path | None, typer.Option(help="A diff, in place of edits in the question's directory.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="The change was measured before, and shall be again.")
    ] = False,
    editor: Annotated[bool, typer.Option("--editor", help="Write the note in $EDITOR.")] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="Show all that a model would read.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer for a role whose model is `human`.

    Without an ID it lists what waits; with one alone it shows the question and, at a terminal,
    asks. An answer to a lab that does not run waits for it.
    """
    from orgloop.cli.people.answer import answer_command
    from orgloop.cli.people.reply import Given

    given = Given(decision, note, title, patch, again)
    sys.exit(answer_command(what, lab, given, editor=editor, brief=brief, as_json=as_json))


@app.command(rich_help_panel="Steer")
def pause(lab: Lab = HERE) -> None:
    """Begin nothing new until `resume`.

    What is on the bench is measured.
    """
    from orgloop.cli.steer import ask_command

    sys.exit(ask_command(lab, "pause"))


@app.command(rich_help_panel="Steer")
def resume(lab: Lab = HERE) -> None:
    """Go on after `pause`."""
    from orgloop.cli.steer import ask_command

    sys.exit(ask_command(lab, "resume"))


app.command(rich_help_panel="Steer")(stop)
app.command(rich_help_panel="Steer")(again)
app.command(rich_help_panel="Steer")(veto)
app.command(rich_help_panel="Steer")(overrule)
app.command(rich_help_panel="Steer")(budget)


@app.command(rich_help_panel="Work")
def recover(lab: Lab = HERE) -> None:
    """Go back to the last copy of a ledger that is damaged."""
    from orgloop.cli.recover import recover_command

    sys.exit(recover_command(lab))
