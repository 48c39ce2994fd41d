"""From a proposal to an organization that may be tried: the same check as inside a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orgloop.org import Org, load_org
from orgloop.org.amend import amended
from orgloop.tune.contender import Contender
from orgloop.tune.search.proposer import Proposal
from orgloop.tune.search.report import Attempt, State
from orgloop.tune.statistics import Interval
from orgloop.tune.tasks import TrialTask


@dataclass(frozen=True, slots=True)
class Candidate:
    """An amended organization."""

    proposal: Proposal
    org: Org
    contender: Contender


def checked(
    proposal: Proposal, current: Org, person: Org, tasks: Sequence[TrialTask]
) -> tuple[Candidate | None, str]:
    """The organization that ``proposal`` makes of ``current``; None with the reason of a refusal.

    ``person`` is the organization as it was given: an amendment may widen nothing of it.
    """
    org, problems = amended(current, person, proposal.edits, tasks[0].task)
    if org is None:
        return None, _first(str(one) for one in problems if one.severity == "error")
    for task in tasks[1:]:
        found = load_org(org.files, task.task)[1]
        if found.blocking:
            return None, _first(str(one) for one in found if one.severity == "error")
    return Candidate(proposal, org, Contender(proposal.key, dict(org.files))), ""


def attempt(
    number: int,
    proposal: Proposal,
    candidate: Candidate | None,
    state: State,
    reason: str,
    *,
    trials: int = 0,
    gap: Interval | None = None,
    chance: float | None = None,
) -> Attempt:
    """What became of a proposal, for the report."""
    return Attempt(
        round=number,
        key=proposal.key,
        title=proposal.title,
        why=proposal.why,
        digest="" if candidate is None else candidate.contender.digest,
        state=state,
        reason=reason,
        trials=trials,
        gap=gap,
        chance=chance,
    )


def _first(texts: Iterable[str]) -> str:
    return next(iter(texts), "it does not check")
