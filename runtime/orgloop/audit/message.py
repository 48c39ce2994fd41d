"""What an applied commit says: the change, what it claimed, and what the audit made of that."""

from __future__ import annotations

import textwrap

from orgloop.audit.judge import SURVIVED
from orgloop.audit.report import KeepFinding
from orgloop.audit.stack import Kept
from orgloop.audit.wording import amount
from orgloop.ledger import RunRow, numbers
from orgloop.ledger.plain import one_line

TRAILER = "Orgloop-Experiment"
"""Says which experiment a commit is: how a second `apply` knows what is there."""
SUBJECT = 72
_WIDTH = 76


def commit_message(kept: Kept, run: RunRow, finding: KeepFinding | None, audit: int | None) -> str:
    """Subject, what was claimed and verified, and trailers that lead back to the record."""
    title = one_line(kept.title, 200) or kept.experiment
    subject = one_line(title, SUBJECT)
    metric = one_line(str(run.task.get("metric", "the metric")), 40)
    parts = [subject]
    if title != subject:
        parts.append(_filled(title))
    parts.append("\n".join([_claim(kept, metric), _audited(finding, audit, metric)]))
    if run.task.get("evaluate") is None:
        parts.append(_filled("Self-reported: the number is what the code printed of itself."))
    trailers = [
        f"{TRAILER}: {run.id}/{kept.experiment}",
        f"Orgloop-Commit: {kept.commit}",
    ]
    if audit is not None:
        trailers.append(f"Orgloop-Audit: {audit}")
    return "\n\n".join([*parts, "\n".join(trailers)]) + "\n"


def _claim(kept: Kept, metric: str) -> str:
    if kept.overruled:
        return _filled("Kept by a person against the referee; nothing is claimed for it.")
    gain = numbers.change(kept.claimed, kept.claimed_stderr)
    return _filled(f"Claimed: {metric} better by {gain.removeprefix('+')}.")


def _audited(finding: KeepFinding | None, audit: int | None, metric: str) -> str:
    if finding is None or audit is None:
        return _filled("Not audited: what it claims was not measured again.")
    measured = amount(finding.verified)
    where = "in its place on the run's branch" if finding.how == "in its place" else "in the best"
    if finding.verdict != SURVIVED:
        return _filled(
            f"Did not survive audit {audit} ({finding.verdict}): {metric} better by {measured}, "
            f"{where}. A person wanted it all the same."
        )
    if finding.verified.gain is None:
        return _filled(f"Audit {audit}: {finding.why}")
    pairs = finding.verified.pairs
    return _filled(
        f"Verified in audit {audit}: {metric} better by {measured}, {where}, from {pairs} runs "
        "of each side on fresh seeds."
    )


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
