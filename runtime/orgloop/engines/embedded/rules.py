"""The embedded reviewer: static rules on the commit, before it costs a run.

What can be mended goes back once; the second time, or where honesty is at stake, it is refused.
Whether an edit stays inside the editable files is the runtime's business and not asked here.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.engines.embedded.constants import forbidden, guarded
from orgloop.engines.embedded.syntax import fault
from orgloop.engines.protocol import Answer, Outcome, Request, SourceFiles
from orgloop.engines.tunables import discover
from orgloop.task import Task

MOST_LINES = 400
"""Changed lines beyond which a commit is more than one hypothesis."""
MOST_FILES = 8
_ABSURD = 200.0
"""A tunable multiplied or divided by more than this is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that a rule has against the commit."""

    rule: str
    text: str
    final: bool = False
    """Refused at once: sending it back would only teach how to hide it."""


@dataclass(frozen=True, slots=True)
class _Change:
    path: str
    before: bytes | None
    after: bytes | None


class Rules:
    """Scope is enforced elsewhere; this looks at syntax, size, honesty and novelty."""

    label = "embedded: rules"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """Pass, revise or fail with what was checked; never raises for what a file holds."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        changes = _changes(request.base, request.files)
        objections = review(request, changes)
        sent_back = any(
            step.role == request.role.name and step.data.get("objections")
            for step in request.history
        )
        if not objections:
            outcome = Outcome.PASS
        elif sent_back or any(objection.final for objection in objections):
            outcome = Outcome.FAIL
        else:
            outcome = Outcome.REVISE
        return Answer(
            note=_note(outcome, changes, objections, sent_back),
            outcome=outcome,
            data={"objections": [objection.rule for objection in objections]},
        )


def review(request: Request, changes: Sequence[_Change]) -> list[Objection]:
    """Every objection, the gravest kinds first."""
    if not changes:
        return [Objection("empty", "Nothing was changed, so there is nothing to measure.")]
    broken = [
        Objection("syntax", f"It does not parse: {said}.")
        for change in changes
        if change.after is not None and (said := fault(change.path, change.after))
    ]
    if broken:
        return broken
    found = [*_dishonest(changes, request.task)]
    if request.evidence.twin is not None:
        found.append(
            Objection("duplicate", f"The same change was tried in {request.evidence.twin}.")
        )
    if too_large := _too_large(changes):
        found.append(Objection("size", too_large))
    found += [Objection("value", said) for said in _absurd(request)]
    return found


def _changes(base: SourceFiles, files: SourceFiles) -> list[_Change]:
    before, after = set(base.paths()), set(files.paths())
    return [
        _Change(
            path,
            base.read(path) if path in before else None,
            files.read(path) if path in after else None,
        )
        for path in sorted(before | after)
        if path not in before or path not in after or base.blob(path) != files.blob(path)
    ]


def _dishonest(changes: Sequence[_Change], task: Task) -> list[Objection]:
    """Constants that set the seed, the time or the judging; those the task names are fine."""
    found = []
    allowed = set(task.tunables)
    for change in changes:
        if not change.path.endswith(".py") or change.before is None or change.after is None:
            continue
        try:
            touched = forbidden(guarded(change.before), guarded(change.after))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        found += [
            Objection("honesty", f"`{name}` in `{change.path}` is {what}: {how}.", final=True)
            for name, what, how in touched
            if name not in allowed
        ]
    return found


def _lines(changes: Sequence[_Change]) -> int:
    """Lines that stand in only one of the two versions; a moved line counts for nothing."""
    count = 0
    for change in changes:
        before = Counter((change.before or b"").splitlines())
        after = Counter((change.after or b"").splitlines())
        count += (before - after).total() + (after - before).total()
    return count


def _too_large(changes: Sequence[_Change]) -> str:
    lines = _lines(changes)
    if lines > MOST_LINES:
        return f"{lines} changed lines are more than one hypothesis (at most {MOST_LINES})."
    if len(changes) > MOST_FILES:
        return f"{len(changes)} files are more than one hypothesis (at most {MOST_FILES})."
    return ""


def _absurd(request: Request) -> list[str]:
    """Tunables moved so far that it must be a slip."""
    after = discover(request.files, request.task).values
    found = []
    for tunable in discover(request.base, request.task):
        was, now = tunable.value, after.get(tunable.key)
        if isinstance(was, (bool, str)) or isinstance(now, (bool, str)) or now is None:
            continue
        low, high = tunable.low, tunable.high
        if low is not None and high is not None and low <= now <= high:
            continue  # whoever set the range has said that this is no slip
        if not math.isfinite(now) or (was > 0 > now):
            found.append(f"`{tunable.name}` went from {was:g} to {now:g}.")
        elif was > 0 and now > 0 and max(now / was, was / now) > _ABSURD:
            found.append(
                f"`{tunable.name}` went from {was:g} to {now:g}, more than {_ABSURD:g} times."
            )
    return found


def _note(
    outcome: Outcome,
    changes: Sequence[_Change],
    objections: Sequence[Objection],
    sent_back: bool,
) -> str:
    lines, files = _lines(changes), len(changes)
    size = f"{lines} changed {_noun('line', lines)} in {files} {_noun('file', files)}"
    checked = (
        "Checked: that it parses; that no seed, time budget or evaluation setting was touched; "
        "that no earlier experiment is the same; its size; values that must be slips. "
        "These are static rules: nobody judged the idea."
    )
    if outcome is Outcome.PASS:
        return f"Nothing against it: {size}.\n\n{checked}"
    first, *more = (objection.text for objection in objections)
    again = " It was sent back once already." if sent_back else ""
    points = "".join(f"\n- {text}" for text in more)
    return f"{first}{again}\n{points}\n\n{checked}" if points else f"{first}{again}\n\n{checked}"


def _noun(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
