"""Looks at everything that a run needs, and changes none of it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from orgloop.bench import executor_for
from orgloop.doctor.cost import cost_findings
from orgloop.doctor.executor import Comes, executor_findings, runs_elsewhere
from orgloop.doctor.finding import Examination, Finding
from orgloop.doctor.machine import machine_findings
from orgloop.doctor.minds import mind_findings, unpriced
from orgloop.doctor.repository import git_findings
from orgloop.doctor.sandbox import sandbox_findings
from orgloop.doctor.trial import Trial, trial_findings
from orgloop.errors import LedgerError, NotALab, UserError
from orgloop.lab.begin import options_for
from orgloop.lab.options import RunOptions
from orgloop.lab.session import budget_of
from orgloop.ledger import CountsRow, Ledger, ledger_path
from orgloop.org import Lab, load_lab
from orgloop.prices import Prices
from orgloop.problems import Problems


async def examine(
    root: Path, *, options: RunOptions | None = None, offline: bool = False, quick: bool = False
) -> Examination:
    """Examine the lab at ``root``, or the machine alone where there is none.

    ``options`` are what `run` would be given. ``offline`` asks no model, ``quick`` runs nothing of
    the lab's.
    """
    root = root.resolve()
    findings: list[Finding] = []
    lab, told, options = _lab(root, options or RunOptions())
    task = None if lab is None else lab.task
    elsewhere = lab is not None and runs_elsewhere(lab, options.executor)
    findings += machine_findings(root if root.is_dir() else Path.cwd(), None if elsewhere else task)
    if lab is not None:
        findings += git_findings(root, lab.task)
    findings += [finding async for finding in sandbox_findings(task)]
    findings.append(told)
    if lab is not None:
        findings += [one async for one in _lab_findings(lab, options, offline=offline, quick=quick)]
    return Examination(lab=str(root), findings=tuple(findings))


async def _lab_findings(
    lab: Lab, options: RunOptions, *, offline: bool, quick: bool
) -> AsyncIterator[Finding]:
    try:
        prices = Prices.load()
    except UserError as error:
        yield Finding(
            area="minds", what="prices", state="missing", said=error.message, fix=error.hint
        )
        prices = Prices()
    async for finding in mind_findings(
        lab.org, lab.task, prices, model=options.model, offline=offline
    ):
        yield finding
    trial, comes = Trial(), Comes()
    async for finding in executor_findings(lab, options.executor, comes, quick=quick):
        yield finding
    if comes.back or quick:
        factory = executor_for(lab.task, options.executor)
        async for finding in trial_findings(lab, trial, factory, quick=quick):
            yield finding
    past, models = _record(lab.root)
    for name in models:
        if not prices.known(name):
            yield unpriced(name)
    for finding in cost_findings(
        lab,
        budget_of(lab, options),
        prices,
        model=options.model,
        seconds=trial.seconds,
        past=past,
    ):
        yield finding


def _record(root: Path) -> tuple[CountsRow | None, list[str]]:
    """The latest run's totals, and the models whose price was not known in it."""
    path = ledger_path(root)
    if not path.is_file():
        return None, []
    try:
        with Ledger.read_only(path) as ledger:
            run = ledger.runs.latest()
            if run is None:
                return None, []
            return ledger.runs.counts(run.id), ledger.calls.unpriced_models(run.id)
    except LedgerError:
        return None, []


def _lab(root: Path, options: RunOptions) -> tuple[Lab | None, Finding, RunOptions]:
    try:
        with contextlib.suppress(
            LedgerError
        ):  # the next run says what is wrong with it, or mends it
            options = options_for(root, options, new=False)
        lab, problems = load_lab(root, org=options.org)
    except NotALab:
        said = "There is no task.md here, so only the machine was looked at."
        return None, Finding(area="lab", what="files", state="skipped", said=said), options
    return (None if problems.blocking else lab), _files(lab, problems), options


def _files(lab: Lab | None, problems: Problems) -> Finding:
    blocking = [problem for problem in problems if problem.severity == "error"]
    if blocking or lab is None:
        first = blocking[0].message if blocking else "It cannot be read."
        return Finding(
            area="lab",
            what="files",
            state="missing",
            said=f"{len(blocking)} problems keep it from running, the first: {first}",
            fix="`orgloop check` lists them all.",
        )
    charter, task = lab.org.charter, lab.task
    said = f"{task.name}: {task.goal} {task.metric} under {charter.name}, rule `{charter.accept}`."
    if len(list(problems)):
        return Finding(
            area="lab",
            what="files",
            state="warning",
            said=f"{said} {len(list(problems))} warnings.",
            fix="`orgloop check` lists them.",
        )
    return Finding(area="lab", what="files", state="ok", said=said)
