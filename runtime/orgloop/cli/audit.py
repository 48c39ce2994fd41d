"""`orgloop audit`: says what it will cost, measures, and prints what holds."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from orgloop.audit.page import built_on, claim_of, remarks
from orgloop.audit.report import AuditReport
from orgloop.audit.run import AuditOptions, Outcome, Outlook, audit
from orgloop.audit.wording import amount, figure, interval
from orgloop.cli.shown import argument, program, shown
from orgloop.ledger import numbers
from orgloop.ledger.plain import one_line, width

_EVERY = 2.0
"""Seconds between two lines of progress where the output is no terminal."""


def audit_command(lab: Path, options: AuditOptions, *, dry_run: bool, as_json: bool) -> int:
    """Audit the lab; exit status 0 also where the audit finds that nothing holds."""
    progress = _Progress()
    outcome = audit(lab, options, only_plan=dry_run, on_plan=progress.plan, on_done=progress.done)
    progress.close()
    if as_json:
        print(_data(outcome, dry_run=dry_run))
        return 0
    if outcome.report is not None:
        if outcome.outlook is None:
            _tell(f"Audit {outcome.report.audit} of this commit is finished; --new makes another.")
        print("\n".join(report_lines(outcome.report, lab, outcome.page)))
    elif not dry_run:
        _tell(f"Stopped. Nothing is lost: `{program()} audit{_where(lab)}` goes on.")
    return 0


def _data(outcome: Outcome, *, dry_run: bool) -> str:
    if outcome.report is not None:
        return outcome.report.model_dump_json()
    outlook = outcome.outlook
    assert outlook is not None, "an audit without a report has a plan"
    return json.dumps(
        {
            "run": outlook.run,
            "audit": outlook.audit,
            "state": "planned" if dry_run else "stopped",
            "bench_runs": outlook.plan.bench_runs,
            "more_runs": outlook.plan.more_runs,
            "done": outlook.done,
            "seconds": outlook.seconds,
            "plan": outlook.plan.model_dump(mode="json"),
        }
    )


class _Progress:
    """Tells on stderr what the audit will cost and how far it is."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = time.monotonic()
        self._open = False

    def plan(self, outlook: Outlook) -> None:
        """Before anything is measured."""
        for line in plan_lines(outlook):
            _tell(line)

    def done(self, done: int, total: int) -> None:
        """After each run."""
        text = f"  {done} of {total} runs"
        if self._terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            _tell(text)

    def close(self) -> None:
        """Leave the terminal's line."""
        if self._open:
            print(file=sys.stderr)


def plan_lines(outlook: Outlook) -> list[str]:
    """What the audit sets out to measure, and what that costs."""
    plan = outlook.plan
    what = ["baseline"]
    if outlook.kept:
        what = ["baseline and best", _count(outlook.kept, "kept commit")]
    tried = sum(one.arm is not None for one in plan.misses)
    if tried:
        what.append(_count(tried, "near miss", "near misses"))
    lines = [
        f"Audit {outlook.audit} of run {outlook.run}: {', '.join(what)}.",
        f"  {_count(len(plan.arms), 'commit')}, {plan.runs} runs of each on fresh seeds"
        + (f", {plan.runs} more of baseline and best on the hold-out" if plan.heldout else ""),
    ]
    left = max(0, plan.bench_runs - outlook.done)
    cost = f"  {left} runs on the bench, {outlook.slots} at a time"
    if outlook.seconds is not None:
        cost += f": about {numbers.duration(outlook.seconds)}"
    if outlook.done:
        cost += f"; {outlook.done} were done before"
    if plan.more_runs:
        cost += f". Up to {plan.more_runs} more where a keep does not survive"
    lines.append(cost)
    if outlook.self_reported:
        lines.append("  Self-reported: the number is what the training code prints of itself.")
    lines += [
        f"  {one.experiment} is not tried: {one.why}" for one in plan.misses if one.arm is None
    ]
    return lines


def report_lines(report: AuditReport, lab: Path, page: Path) -> list[str]:
    """The result for a terminal; the page has all of it."""
    lines = ["", f"{one_line(report.task, 60)}, run {report.run}, audit {report.audit}", ""]
    if report.keeps:
        claim = figure(report.claimed)
        if ends := interval(report.claimed):
            claim += f", 95% interval {ends}"
        lines += [
            f"  claimed   {claim}",
            f"  verified  {amount(report.verified)}{_not(report.is_verified)}",
        ]
    if report.holdout is not None:
        held = bool(report.is_verified_on_holdout)
        lines.append(f"  hold-out  {amount(report.holdout)}{_not(held)}")
    if report.survivors is not None and report.survivors_commit != report.best_commit:
        left = bool(report.is_survivors_verified)
        lines.append(f"  without what did not survive  {amount(report.survivors)}{_not(left)}")
    lines += ["", *_rows(report), ""]
    lines += [
        f"  {one.experiment} survived.{built_on(one)}"
        for one in report.keeps
        if one.needs is not None
    ]
    lines += [f"  {one[0].upper()}{one[1:]}." for one in remarks(report)]
    lines += ["", "Next", f"  {shown(page)}  all of it"]
    if any(one.verdict == "survived" for one in report.keeps):
        lines.append(f"  {program()} apply{_where(lab)} --dry-run  what would go on your branch")
    return lines


def _rows(report: AuditReport) -> list[str]:
    cells = [
        (one.experiment, one.verdict, claim_of(one), amount(one.verified), one_line(one.title, 60))
        for one in report.keeps
    ]
    cells += [
        (one.experiment, one.verdict, "", amount(one.verified), one_line(one.title, 60))
        for one in report.misses
    ]
    head = ("", "", "claimed", "verified", "")
    wide = [max(width(row[at]) for row in (head, *cells)) for at in range(len(head))]
    return [
        (
            "  " + "  ".join(f"{c}{' ' * (w - width(c))}" for c, w in zip(row, wide, strict=True))
        ).rstrip()
        for row in (head, *cells)
    ]


def _not(verified: bool) -> str:
    return "" if verified else ": not verified"


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"


def _where(lab: Path) -> str:
    name = argument(lab)
    return "" if name == "." else f" {name}"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
