"""The audit as a page beside the case files: ``.orgloop/cases/r1/audit.md``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from orgloop.audit.report import ArmFinding, AuditReport, Gain, KeepFinding, MissFinding
from orgloop.audit.wording import figure, interval, probability
from orgloop.ledger import numbers, write_case
from orgloop.ledger.plain import code, one_line

READING = """\
Gains are positive for better. Intervals hold the true gain with a probability of 95%, each by
itself. p is the probability of a gain this large where there is none, corrected after Holm for the
comparisons of its table. A keep survived if p is at most 0.05; *unclear* is one that looks better
and is not shown to be; *failed* does not even look better. Gains of single keeps need not add up
to that of the whole: changes act on each other."""


def write_page(path: Path, report: AuditReport) -> None:
    """Put the page in place; a full disk costs the page and not the record."""
    with contextlib.suppress(OSError):
        write_case(path, render_page(report))


def render_page(report: AuditReport) -> str:
    """The whole page."""
    parts = [
        f"# Audit {report.audit} of run {report.run}: {one_line(report.task, 60)}",
        one_line(report.headline, 400),
        "\n".join(f"- {one}" for one in remarks(report)),
        "## Claimed and verified",
        _whole(report),
    ]
    if report.keeps:
        parts += ["## Kept experiments", _keeps(report.keeps)]
        parts += [
            "\n".join(f"- {one.experiment}: {one.why}{built_on(one)}" for one in report.keeps)
        ]
    if report.misses:
        parts += ["## Near misses", _misses(report.misses)]
        parts += ["\n".join(f"- {one.experiment}: {one.why}" for one in report.misses)]
    parts += ["## Measurements", _arms(report.arms, report.metric), "## Reading this", READING]
    return "\n\n".join(parts) + "\n"


def remarks(report: AuditReport) -> list[str]:
    """What a reader has to know of how the numbers came about, a sentence each."""
    said = [
        f"baseline `{report.baseline_commit[:12]}`, best `{report.best_commit[:12]}`, "
        f"{report.runs} runs of each commit on fresh seeds, {report.bench_runs} runs in all"
    ]
    if not report.paired:
        said.append(
            "the run does not take the bench's seed: runs of one round are compared with each other"
        )
    if report.deterministic:
        said.append(
            "repeats give identical numbers: no significance is claimed, and `min_delta` decides"
        )
    if report.self_reported:
        said.append("self-reported: the number is what the training code printed of itself")
    if report.holdout_command is None:
        said.append("the task has no `holdout:`, so this is the score that the search has seen")
    if report.earlier_audits:
        times = "once" if report.earlier_audits == 1 else f"{report.earlier_audits} times"
        said.append(f"this commit was audited {times} before: who asks often is told yes once")
    overruled = sum(one.overruled for one in report.keeps)
    if overruled:
        said.append(f"{overruled} kept by a person against the referee, and not in what is claimed")
    return said


def _whole(report: AuditReport) -> str:
    rows = [
        [
            "best over baseline",
            _claim(report.claimed),
            *_gain(report.verified),
            _word(report.is_verified),
        ]
    ]
    if report.holdout is not None:
        rows.append(
            [
                f"the same on the hold-out ({code(report.holdout_command or '', 80)})",
                "",
                *_gain(report.holdout),
                _word(bool(report.is_verified_on_holdout)),
            ]
        )
    if report.survivors is not None and report.survivors_commit != report.best_commit:
        rows.append(
            [
                f"what survived, without the rest (`{(report.survivors_commit or '')[:12]}`, "
                "on further seeds)",
                "",
                *_gain(report.survivors),
                _word(bool(report.is_survivors_verified)),
            ]
        )
    return _table(["", "claimed", "verified", "95% interval", "p", ""], rows)


def _keeps(keeps: Sequence[KeepFinding]) -> str:
    rows = [
        [
            one.experiment,
            claim_of(one),
            *_gain(one.verified),
            f"**{one.verdict}**",
            _cell(one.title),
        ]
        for one in keeps
    ]
    return _table(["", "claimed", "verified", "95% interval", "p", "", "what"], rows)


def built_on(keep: KeepFinding) -> str:
    """What to know of a keep that survived and cannot be applied alone; else nothing."""
    if keep.needs is None:
        return ""
    other = keep.needs or "several"
    return f" It is built on {other}, which did not survive, and cannot be applied without."


def claim_of(keep: KeepFinding) -> str:
    """What was claimed of a keep, with its standard error."""
    if keep.overruled:
        return "nothing"
    return numbers.change(keep.claimed, keep.claimed_stderr)


def _misses(misses: Sequence[MissFinding]) -> str:
    rows = [
        [one.experiment, *_gain(one.verified), f"**{one.verdict}**", _cell(one.title)]
        for one in misses
    ]
    return _table(["", "on top of the best", "95% interval", "p", "", "what"], rows)


def _arms(arms: Sequence[ArmFinding], metric: str) -> str:
    rows = [
        [
            one.name + (", hold-out" if one.holdout else ""),
            f"`{one.commit[:12]}`",
            numbers.measured(one.mean, one.stderr),
            str(len(one.values)),
            f"{one.crashed} ({code(one.crash, 80)})" if one.crashed else "",
        ]
        for one in arms
    ]
    return _table(["", "commit", _cell(metric), "runs", "crashed"], rows)


def _claim(gain: Gain) -> str:
    ends = interval(gain)
    return figure(gain) + (f" ({ends})" if ends else "") if gain.gain is not None else ""


def _gain(gain: Gain) -> list[str]:
    return [figure(gain) if gain.gain is not None else "", interval(gain), probability(gain)]


def _word(verified: bool) -> str:
    return "**verified**" if verified else "**not verified**"


def _cell(text: str) -> str:
    return one_line(text, 120).replace("|", "\\|")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)
