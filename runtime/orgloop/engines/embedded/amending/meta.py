"""The embedded meta-role: one amendment at a time, chosen by what the record says.

It works on the organization that it belongs to (a role that amends, on a cadence), and on one that
is a lab's training code (`orgloop tune`).
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections import deque
from collections.abc import Sequence

from orgloop.engines.embedded.amending.moves import checks, moves, on_the_bench
from orgloop.engines.embedded.amending.subject import subject_of
from orgloop.engines.embedded.amending.weigh import Tried, Weighed, draw, weigh
from orgloop.engines.protocol import Answer, Outcome, Request, Trial
from orgloop.org import Org

AMENDMENT = "amendment"
"""The key of a move's name in an answer's data, and among an experiment's params."""
_LATEST = 16
_STAYED = ("kept", "keep")
_OPEN = ("probation", "running", "proposed")


class Meta:
    """Turns numbers and arrows of an organization."""

    label = "embedded: meta"
    reads_brief = False

    def __init__(self) -> None:
        self._choosing = threading.Lock()
        self._latest: deque[tuple[str, str]] = deque(maxlen=_LATEST)
        """What was proposed in which experiment, lately: walks that ask at the same moment do not
        see each other in the record yet."""

    async def think(self, request: Request) -> Answer:
        """An amendment as edits; raises EngineError where there is no organization to amend."""
        return await asyncio.to_thread(self._think, request)

    def _think(self, request: Request) -> Answer:
        subject = subject_of(request)
        tried = _tried(request)
        own = request.organization is not None
        choices = moves(subject.org) if own else on_the_bench(subject.org)
        weighed = weigh(choices, tried, request.organization)
        with self._choosing:
            out = (
                set[str]() if own else self._asked(request) | _running(request) | _settled(request)
            )
            left = [one for one in weighed if one.move.key not in out]
            chosen = _drawn(subject.org, left, random.Random(request.seed))
            if chosen is not None:
                self._latest.append((request.experiment, chosen.move.key))
        if chosen is None:
            return Answer(
                note="Nothing to amend: every move that this engine knows was tried.",
                outcome=Outcome.PASS if own else Outcome.FAIL,
            )
        move = chosen.move
        return Answer(
            note="\n".join(_note(chosen, weighed, request)),
            outcome=Outcome.PASS,
            title=move.title.replace("`", ""),
            edits=subject.placed(move.edits),
            data={AMENDMENT: move.key, "params": {AMENDMENT: move.key}},
        )

    def _asked(self, request: Request) -> set[str]:
        """What other walks were just given and the record does not have yet."""
        known = {trial.experiment for trial in request.evidence.trials if _key(trial)}
        return {key for walk, key in self._latest if walk not in known | {request.experiment}}


def _drawn(org: Org, weighed: list[Weighed], rng: random.Random) -> Weighed | None:
    """The first of the drawn moves that can be made."""
    left = list(weighed)
    while (chosen := draw(left, rng)) is not None and not checks(org, chosen.move):
        left.remove(chosen)
    return chosen


def _running(request: Request) -> set[str]:
    """What another walk is trying at this moment."""
    return {
        key for trial in request.evidence.trials if trial.value is None and (key := _key(trial))
    }


def _settled(request: Request) -> set[str]:
    """What was measured on the incumbent as it stands, and not kept: to measure it again is to wait
    for luck."""
    done = [trial for trial in request.evidence.trials if trial.status not in _OPEN]
    since = done[len(done) - request.evidence.streak :] if request.evidence.streak else []
    return {key for trial in since if (key := _key(trial))}


def _key(trial: Trial) -> str:
    """The amendment that an experiment was; empty where it was none, or is not known yet."""
    found = trial.params.get(AMENDMENT)
    return found if isinstance(found, str) else ""


def _tried(request: Request) -> list[Tried]:
    """Earlier amendments: of this organization, or those that experiments were."""
    record = request.organization
    if record is not None:
        return [
            Tried(one.move, one.state in _STAYED)
            for one in record.amendments
            if one.move and one.state not in _OPEN
        ]
    return [
        Tried(key, trial.status in _STAYED)
        for trial in request.evidence.trials
        if trial.status not in _OPEN and (key := _key(trial))
    ]


def _note(chosen: Weighed, weighed: Sequence[Weighed], request: Request) -> list[str]:
    total = sum(one.weight for one in weighed) or 1.0
    lines = [f"{chosen.move.title}.", "", f"Why: {chosen.why}."]
    record = request.organization
    if record is not None and record.experiments:
        lines.append(
            f"Of the last {record.experiments} experiments {record.measured} were measured, "
            f"{record.kept} kept and {record.crashed} crashed."
        )
    lines += ["", "Drawn by weight from:"]
    lines += [f"- {one.move.title} ({one.weight / total:.0%})" for one in weighed[:6]]
    return lines
